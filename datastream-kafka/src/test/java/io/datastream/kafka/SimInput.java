package io.datastream.kafka;

import io.datastream.kafka.Readings.Reading;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** What lies in the input topics of a simulation: readings out of order, with ties and late ones, and what is none. */
final class SimInput {
    private static final long LOG_TIME = 1_700_000_000_000L;

    final List<List<Reading>> readings = new ArrayList<>();
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

    private static void write(SimLog log, byte[] value, SimTransaction transaction) {
        log.append(new SimLog.Entry(null, value, LOG_TIME, null, transaction, false));
    }

    private void writeInVain(SimLog log) {
        SimTransaction aborted = new SimTransaction("someone", 0, 0);
        write(log, Readings.CODEC.encode(new Reading(sensor(0), 0, value())), aborted);
        aborted.state = SimTransaction.State.ABORTED;
        log.end(aborted);
    }
}
