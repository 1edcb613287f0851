package io.datastream.kafka;

import io.datastream.kafka.Readings.Reading;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The input topics of a simulation: readings out of order, with ties, and what is none. They are there from the start, a few
 * of them late; or they arrive as time goes by, none of them late, and partitions are quiet now and then.
 */
final class SimInput {
    private static final long LOG_TIME = 1_700_000_000_000L;

    /** By how much readings that arrive may be older than the moment: less than the sources of the pipelines allow. */
    private static final int MOST_DELAY = 39;

    final List<List<Reading>> readings = new ArrayList<>();

    /** When each of the readings arrives; empty if they are there from the start. */
    private final List<List<Long>> arrivals = new ArrayList<>();

    /** When the last one arrives. */
    long lastArrival;

    private final SplittableRandom random;
    private final boolean sharesKeys;

    /** Readings for each partition; a sensor is in all partitions, or in one. */
    SimInput(SplittableRandom random, int partitions, int records, boolean sharesKeys) {
        this.random = random;
        this.sharesKeys = sharesKeys;
        int step = 2 + random.nextInt(10);
        for (int partition = 0; partition < partitions; partition++) {
            List<Reading> list = new ArrayList<>();
            int count = random.nextInt(8) == 0 ? random.nextInt(3) : records / 2 + random.nextInt(records);
            long time = random.nextInt(100);
            for (int i = 0; i < count; i++) {
                time += random.nextInt(2 * step);
                if (random.nextInt(60) == 0) {
                    time += random.nextInt(1_000); // a gap
                }
                long back = random.nextInt(random.nextInt(30) == 0 ? 400 : 40);
                list.add(new Reading(sensor(partition), Math.max(0, time - back) * SimKafka.MILLI, value()));
            }
            readings.add(list);
        }
    }

    private SimInput(SplittableRandom random, boolean sharesKeys) {
        this.random = random;
        this.sharesKeys = sharesKeys;
    }

    /** Readings that arrive from now on: in bursts, with pauses that are short or longer than a session. */
    static SimInput arriving(SplittableRandom random, int partitions, boolean sharesKeys, long now, long end) {
        SimInput input = new SimInput(random, sharesKeys);
        for (int partition = 0; partition < partitions; partition++) {
            input.addArrivals(partition, now, end);
        }
        return input;
    }

    private void addArrivals(int partition, long now, long end) {
        List<Reading> list = new ArrayList<>();
        List<Long> times = new ArrayList<>();
        long pauses = random.nextBoolean() ? 800 : 9_000;
        long time = now + random.nextLong(random.nextInt(3) == 0 ? end - now : 500 * SimKafka.MILLI);
        while (time < end && random.nextInt(12) > 0) {
            for (int i = 1 + random.nextInt(8); i > 0; i--) {
                time += random.nextInt(60) * SimKafka.MILLI;
                long delay = random.nextInt(MOST_DELAY) * SimKafka.MILLI;
                list.add(new Reading(sensor(partition), time - delay, value()));
                times.add(time);
                lastArrival = Math.max(lastArrival, time);
            }
            time += (1 + random.nextLong(pauses)) * SimKafka.MILLI;
        }
        readings.add(list);
        arrivals.add(times);
    }

    private String sensor(int partition) {
        return sharesKeys
                ? "g" + random.nextInt(3) + "-s" + random.nextInt(4)
                : "p" + partition + "-s" + random.nextInt(5);
    }

    private double value() {
        return random.nextDouble(-1e6, 1e6);
    }

    /** Writes it to a topic, with poison, and with transactions that were aborted, in between. */
    void writeTo(SimKafka kafka, String topic) {
        kafka.create(topic, readings.size());
        for (int partition = 0; partition < arrivals.size(); partition++) {
            arriveIn(kafka, kafka.logs(topic).get(partition), partition);
        }
        if (!arrivals.isEmpty()) {
            return;
        }
        for (int partition = 0; partition < readings.size(); partition++) {
            SimLog log = kafka.logs(topic).get(partition);
            for (Reading reading : readings.get(partition)) {
                if (random.nextInt(40) == 0) {
                    write(log, "poison".getBytes(StandardCharsets.UTF_8), null);
                }
                if (random.nextInt(40) == 0) {
                    writeInVain(log);
                }
                write(log, Readings.CODEC.encode(reading), null);
            }
            if (random.nextInt(4) == 0) {
                writeInVain(log);
            }
        }
    }

    private void arriveIn(SimKafka kafka, SimLog log, int partition) {
        for (int i = 0; i < readings.get(partition).size(); i++) {
            byte[] value = Readings.CODEC.encode(readings.get(partition).get(i));
            long time = arrivals.get(partition).get(i);
            kafka.in(time - kafka.now(), () -> write(log, value, null));
            if (random.nextInt(20) == 0) {
                SimTransaction aborted = new SimTransaction("someone", 0, 0);
                long begun = time - kafka.now() + random.nextLong(SimKafka.MILLI);
                kafka.in(begun, () -> write(log, value, aborted));
                kafka.in(begun + random.nextLong(1_500 * SimKafka.MILLI), () -> abort(log, aborted));
            }
        }
    }

    private static void abort(SimLog log, SimTransaction transaction) {
        transaction.state = SimTransaction.State.ABORTED;
        log.end(transaction);
    }

    private static void write(SimLog log, byte[] value, SimTransaction transaction) {
        log.append(new SimLog.Entry(null, value, LOG_TIME, SimTracing.headers(value), transaction, false));
    }

    private void writeInVain(SimLog log) {
        SimTransaction aborted = new SimTransaction("someone", 0, 0);
        write(log, Readings.CODEC.encode(new Reading(sensor(0), 0, value())), aborted);
        abort(log, aborted);
    }
}
