package io.datastream.soak;

import io.datastream.KeyedStream;
import io.datastream.Pipeline;
import io.datastream.Stream;
import io.datastream.aggregate.Aggregations;
import io.datastream.codec.Codec;
import io.datastream.codec.CodecException;
import io.datastream.codec.Encoder;
import io.datastream.error.ErrorPolicy;
import io.datastream.formats.json.JsonCodec;
import io.datastream.jdbc.JdbcConnection;
import io.datastream.jdbc.JdbcSink;
import io.datastream.kafka.KafkaDeadLetters;
import io.datastream.kafka.KafkaLate;
import io.datastream.kafka.KafkaSink;
import io.datastream.kafka.KafkaSource;
import io.datastream.source.Source;
import io.datastream.time.Sliding;
import io.datastream.time.Tumbling;
import io.datastream.time.Windowed;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** The pipelines of the run, their topics and the names of their steps. */
final class Pipelines {
    static final String METERS = "soak-meters";
    static final String LEFT = "soak-left";
    static final String RIGHT = "soak-right";

    static final String KEYED = "soak-keyed";
    static final String SUMS = "sums";
    static final String SLIDES = "slides";
    static final String AVERAGES = "averages";
    static final String TABLE = "table";
    static final String CHECK = "check";
    static final String LETTERS = "soak-letters";
    static final String LATE = "soak-late";
    static final String TABLE_NAME = "soak_sums";

    static final String MERGED = "soak-merged";
    static final String HOP = "hop";
    static final String MERGED_SUMS = "merged-sums";
    static final String MERGED_SLIDES = "merged-slides";
    static final String MERGED_AVERAGES = "merged-averages";
    static final String GROUPS = "groups";
    static final String MERGED_LATE = "soak-merged-late";

    static final Duration DISORDER = Duration.ofSeconds(2);
    static final Duration IDLE_AFTER = Duration.ofSeconds(10);
    static final Duration SUM_SIZE = Duration.ofSeconds(2);
    static final Duration SLIDE_SIZE = Duration.ofSeconds(10);
    static final Duration SLIDE_STEP = Duration.ofSeconds(1);
    static final Duration TABLE_SIZE = Duration.ofSeconds(5);
    static final Duration MERGED_SIZE = Duration.ofSeconds(4);
    static final Duration MERGED_SLIDE_STEP = Duration.ofSeconds(2);
    static final Duration GROUP_SIZE = Duration.ofSeconds(8);

    static final Codec<Reading> CODEC = JsonCodec.of(Reading.class);

    private Pipelines() {}

    /** The topic of the results of a step. */
    static String topic(String step) {
        return "soak-" + step;
    }

    /** The steps whose results go to a topic of their own. */
    static List<String> steps() {
        return List.of(SUMS, SLIDES, AVERAGES, MERGED_SUMS, MERGED_SLIDES, MERGED_AVERAGES, GROUPS);
    }

    /** The consumer groups: one for each part of a pipeline. */
    static List<String> groups() {
        return List.of(KEYED, MERGED + "-" + LEFT, MERGED + "-" + HOP);
    }

    /** On a topic that is partitioned by key: windows, a processor, a table, dead letters and late records. */
    static Pipeline keyed(String jdbcUrl) {
        KeyedStream<String, Reading> readings = Pipeline.from(source(METERS).onError(ErrorPolicy.deadLetter()))
                .map(Pipelines::checked)
                .named(CHECK)
                .onError(ErrorPolicy.deadLetter())
                .keyedBy(Reading::key);
        return readings.window(Tumbling.of(SUM_SIZE))
                .aggregate(Aggregations.sum(Reading::value))
                .named(SUMS)
                .to(windows(SUMS))
                .and(readings.window(Sliding.of(SLIDE_SIZE).every(SLIDE_STEP))
                        .aggregate(Aggregations.sum(Reading::value))
                        .named(SLIDES)
                        .to(windows(SLIDES)))
                .and(readings.process(new RunningAverage())
                        .named(AVERAGES)
                        .to(averages(AVERAGES), ErrorPolicy.deadLetter()))
                .and(readings.window(Tumbling.of(TABLE_SIZE))
                        .aggregate(Aggregations.sum(Reading::value))
                        .named(TABLE)
                        .to(JdbcSink.upsertInto(TABLE_NAME, JdbcConnection.of(jdbcUrl))
                                .forWindows(String.class, Double.class)
                                .keyedBy("key", "window_start")
                                .createTable()))
                .deadLettersTo(KafkaDeadLetters.topic(LETTERS))
                .lateTo(KafkaLate.topic(LATE))
                .named(KEYED);
    }

    /**
     * Two topics whose keys are in all partitions, over an exchange that cuts the pipeline into two parts, and over
     * another one to groups of keys.
     */
    static Pipeline merged() {
        Stream<Reading> both = Pipeline.from(source(LEFT)).merge(Pipeline.from(source(RIGHT)));
        KeyedStream<String, Reading> readings =
                both.keyBy(Reading::key).withCodec(CODEC).via(HOP);
        KeyedStream<String, Windowed<String, Double>> sums = readings.window(Tumbling.of(MERGED_SIZE))
                .aggregate(Aggregations.sum(Reading::value))
                .named(MERGED_SUMS);
        return sums.to(windows(MERGED_SUMS))
                .and(readings.window(Sliding.of(SLIDE_SIZE).every(MERGED_SLIDE_STEP))
                        .aggregate(Aggregations.sum(Reading::value))
                        .named(MERGED_SLIDES)
                        .to(windows(MERGED_SLIDES)))
                .and(readings.process(new RunningAverage())
                        .named(MERGED_AVERAGES)
                        .to(averages(MERGED_AVERAGES)))
                .and(sums.values()
                        .keyBy(w -> group(w.key()))
                        .window(Tumbling.of(GROUP_SIZE))
                        .aggregate(Aggregations.sum(Windowed::value))
                        .named(GROUPS)
                        .to(windows(GROUPS)))
                .lateTo(KafkaLate.topic(MERGED_LATE))
                .named(MERGED);
    }

    /** The group of a key: what stands before the dash. */
    static String group(String key) {
        return key.substring(0, key.indexOf('-'));
    }

    /** How a result of windows is written. */
    static String line(String key, long startNanos, double value) {
        return key + " " + startNanos + " " + Double.toHexString(value);
    }

    /** How a row of the table is named. */
    static String row(String key, long startNanos) {
        return key + " " + startNanos;
    }

    private static Source<Reading> source(String topic) {
        return KafkaSource.topic(topic, CODEC)
                .eventTimeNanos(Reading::time)
                .disorderUpTo(DISORDER)
                .idleAfter(IDLE_AFTER);
    }

    private static Reading checked(Reading reading) {
        if (reading.value() == Reading.POISON) {
            throw new IllegalArgumentException("value: " + reading.value() + " (expected: none like this)");
        }
        return reading;
    }

    private static KafkaSink<Windowed<String, Double>> windows(String step) {
        Encoder<Windowed<String, Double>> encoder =
                w -> line(w.key(), w.window().startNanos(), w.value()).getBytes(StandardCharsets.UTF_8);
        return KafkaSink.topic(topic(step), encoder).keyedBy(Windowed::key);
    }

    private static KafkaSink<Average> averages(String step) {
        Encoder<Average> encoder = average -> {
            if (average.value() >= Reading.UNFIT) {
                throw new CodecException("value: " + average.value() + " (expected: below " + Reading.UNFIT + ")");
            }
            return average.line().getBytes(StandardCharsets.UTF_8);
        };
        return KafkaSink.topic(topic(step), encoder).keyedBy(Average::key);
    }
}
