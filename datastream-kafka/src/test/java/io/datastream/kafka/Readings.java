package io.datastream.kafka;

import io.datastream.KeyedStream;
import io.datastream.Pipeline;
import io.datastream.aggregate.Aggregations;
import io.datastream.codec.Codec;
import io.datastream.codec.CodecException;
import io.datastream.codec.Encoder;
import io.datastream.error.Late;
import io.datastream.processor.Emitter;
import io.datastream.processor.KeyedProcessor;
import io.datastream.processor.StateCodec;
import io.datastream.sink.TopicSink;
import io.datastream.source.Source;
import io.datastream.time.Session;
import io.datastream.time.Sliding;
import io.datastream.time.Tumbling;
import io.datastream.time.Windowed;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Readings of sensors as text, and the pipeline that the tests run over them. */
final class Readings {
    static final String TOPIC = "readings";
    static final List<String> RESULTS = List.of("sums", "means", "sessions", "averages");

    record Reading(String sensor, long time, double value) {}

    static final Codec<Reading> CODEC = Codec.of(
            r -> (r.sensor() + "," + r.time() + "," + r.value()).getBytes(StandardCharsets.UTF_8), Readings::decode);

    private Readings() {}

    private static Reading decode(byte[] bytes) {
        String[] parts = new String(bytes, StandardCharsets.UTF_8).split(",");
        try {
            return new Reading(parts[0], Long.parseLong(parts[1]), Double.parseDouble(parts[2]));
        } catch (ArrayIndexOutOfBoundsException | NumberFormatException e) {
            throw new CodecException(
                    "reading: \"" + new String(bytes, StandardCharsets.UTF_8) + "\" (expected: sensor,time,value)", e);
        }
    }

    /** Readings for each partition: every sensor has its partition, times are out of order, and a few are late. */
    static List<List<Reading>> generate(long seed, int partitions, int records) {
        SplittableRandom random = new SplittableRandom(seed);
        List<List<Reading>> all = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            List<Reading> list = new ArrayList<>();
            for (int i = 0; i < records; i++) {
                long back = random.nextInt(random.nextInt(50) == 0 ? 200 : 40);
                long time = Math.max(0, i - back) * 1_000_000L;
                String sensor = "p" + partition + "-s" + random.nextInt(5);
                list.add(new Reading(sensor, time, random.nextDouble(-1e6, 1e6)));
            }
            all.add(list);
        }
        return all;
    }

    static List<ProducerRecord<byte[], byte[]>> records(List<List<Reading>> readings) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int partition = 0; partition < readings.size(); partition++) {
            for (Reading reading : readings.get(partition)) {
                byte[] key = reading.sensor().getBytes(StandardCharsets.UTF_8);
                records.add(new ProducerRecord<>(TOPIC, partition, key, CODEC.encode(reading)));
            }
        }
        return records;
    }

    /** Windows on slices, sessions, and a step with timers that needs its records in order. */
    static Pipeline pipeline(Source<Reading> source) {
        KeyedStream<String, Reading> keyed = Pipeline.from(source)
                .filter(r -> Brake.pass(r) && r.value() > -9e5)
                .keyedBy(Reading::sensor);
        return keyed.window(Tumbling.of(Duration.ofMillis(100)))
                .aggregate(Aggregations.sum(Reading::value))
                .to(windows("sums"))
                .and(keyed.window(Sliding.of(Duration.ofMillis(500)).every(Duration.ofMillis(100)))
                        .aggregate(Aggregations.mean(Reading::value))
                        .to(windows("means")))
                .and(keyed.window(Session.withGap(Duration.ofMillis(12)))
                        .aggregate(Aggregations.sum(Reading::value))
                        .to(windows("sessions")))
                .and(keyed.process(new Average()).to(text("averages")))
                .named("readings-pipeline");
    }

    static TopicSink<Windowed<String, Double>> windows(String topic) {
        Encoder<Windowed<String, Double>> encoder = w ->
                (w.key() + " " + w.window() + " " + Double.toHexString(w.value())).getBytes(StandardCharsets.UTF_8);
        return KafkaSink.topic(topic, encoder).keyedBy(Windowed::key);
    }

    static TopicSink<String> text(String topic) {
        return KafkaSink.<String>topic(topic, line -> line.getBytes(StandardCharsets.UTF_8))
                .keyedBy(line -> line.substring(0, line.indexOf(' ')));
    }

    static TopicSink<String> plain(String topic) {
        return KafkaSink.topic(topic, line -> line.getBytes(StandardCharsets.UTF_8));
    }

    static TopicSink<Late<?>> late(String topic) {
        return KafkaSink.topic(topic, late -> late.place().getBytes(StandardCharsets.UTF_8));
    }

    /** An exponentially weighted average, and a line when a sensor was quiet for 30 ms. */
    static final class Average implements KeyedProcessor<String, Reading, Average.State, String> {
        private static final long serialVersionUID = 1L;

        static final class State {
            double average;
            long timer = NO_TIMER;
        }

        @Override
        public State newState(String key) {
            return new State();
        }

        @Override
        public void process(String key, long time, Reading reading, State state, Emitter<String> out) {
            state.average += 0.3 * (reading.value() - state.average);
            state.timer = time + 30_000_000L;
            out.emit(key + " " + time + " " + Double.toHexString(state.average));
        }

        @Override
        public long nextTimer(State state) {
            return state.timer;
        }

        @Override
        public void onTimer(String key, long time, State state, Emitter<String> out) {
            state.timer = NO_TIMER;
            out.emit(key + " " + time + " quiet");
        }

        @Override
        public StateCodec<State> stateCodec() {
            return StateCodec.of(
                    (state, out) -> {
                        out.writeDouble(state.average);
                        out.writeLong(state.timer);
                    },
                    in -> {
                        State state = new State();
                        state.average = in.readDouble();
                        state.timer = in.readLong();
                        return state;
                    });
        }
    }
}
