package io.datastream.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.KeyedStream;
import io.datastream.Pipeline;
import io.datastream.aggregate.Aggregations;
import io.datastream.codec.Codec;
import io.datastream.codec.CodecException;
import io.datastream.error.ErrorPolicy;
import io.datastream.function.Fn;
import io.datastream.kafka.KafkaDeadLetters;
import io.datastream.kafka.KafkaRuntime;
import io.datastream.kafka.KafkaSink;
import io.datastream.kafka.KafkaSource;
import io.datastream.processor.Emitter;
import io.datastream.processor.KeyedProcessor;
import io.datastream.processor.StateCodec;
import io.datastream.runtime.PipelineController;
import io.datastream.runtime.RestartPolicy;
import io.datastream.testkit.EmbeddedKafka;
import io.datastream.time.Counted;
import io.datastream.time.Rolling;
import io.datastream.time.Tumbling;
import io.datastream.time.Windows;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Traces on a real broker. The snippet of docs/tracing.md is a region of this file. */
@Timeout(120)
class TracingIT {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00f067aa0ba902b7";
    private static final String SAMPLED = "00-" + TRACE + "-" + PARENT + "-01";
    private static final AtomicBoolean CRASHED = new AtomicBoolean();
    private static final InMemorySpanExporter SPANS = InMemorySpanExporter.create();
    private static EmbeddedKafka kafka;
    private static OpenTelemetrySdk openTelemetry;

    record Reading(String sensor, long time, double value) {}

    private static final Codec<Reading> READINGS = Codec.of(
            r -> (r.sensor() + "," + r.time() + "," + r.value()).getBytes(StandardCharsets.UTF_8), TracingIT::decode);

    private static Reading decode(byte[] bytes) {
        String[] parts = new String(bytes, StandardCharsets.UTF_8).split(",");
        if (parts.length != 3) {
            throw new CodecException(
                    "reading: \"" + new String(bytes, StandardCharsets.UTF_8) + "\" (expected: sensor,time,value)");
        }
        return new Reading(parts[0], Long.parseLong(parts[1]), Double.parseDouble(parts[2]));
    }

    @BeforeAll
    static void start() {
        kafka = EmbeddedKafka.start();
        openTelemetry = OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .addSpanProcessor(SimpleSpanProcessor.create(SPANS))
                        .build())
                .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
                .build();
    }

    @AfterAll
    static void stop() {
        openTelemetry.close();
        kafka.close();
    }

    @BeforeEach
    void forget() {
        SPANS.reset();
        CRASHED.set(false);
    }

    /** The change of each reading against the last one of its sensor; it needs them in order of time. */
    private static final class Change implements KeyedProcessor<String, Reading, double[], Reading> {
        private static final long serialVersionUID = 1L;

        @Override
        public double[] newState(String sensor) {
            return new double[1];
        }

        @Override
        public void process(String sensor, long time, Reading reading, double[] last, Emitter<Reading> out) {
            out.emit(new Reading(sensor, time, reading.value() - last[0]));
            last[0] = reading.value();
        }

        @Override
        public StateCodec<double[]> stateCodec() {
            return StateCodec.of((last, out) -> out.writeDouble(last[0]), in -> new double[] {in.readDouble()});
        }
    }

    private static Pipeline changes(String name, Fn<Reading, Reading> function) {
        return Pipeline.from(KafkaSource.topic(name, READINGS)
                        .eventTimeNanos(Reading::time)
                        .onError(ErrorPolicy.deadLetter()))
                .map(function)
                .keyBy(Reading::sensor)
                .withCodec(READINGS)
                .process(new Change())
                .named("change")
                .to(KafkaSink.topic(name + "-changes", READINGS).keyedBy(Reading::sensor))
                .deadLettersTo(KafkaDeadLetters.topic(name + "-letters"))
                .named(name);
    }

    private static void run(Pipeline pipeline) throws InterruptedException {
        KafkaRuntime runtime = KafkaRuntime.at(kafka.bootstrapServers())
                .withExchangePartitions(1)
                .withRestarts(RestartPolicy.upTo(1).withBackoff(Duration.ofMillis(10)))
                .withTracing(OpenTelemetryTracing.of(openTelemetry))
                .readToEnd();
        try (PipelineController controller = runtime.start(pipeline)) {
            controller.awaitTermination();
            assertThat(controller.failure()).isEmpty();
        }
    }

    private static ProducerRecord<byte[], byte[]> sent(String topic, String line, String... traceparent) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(topic, 0, null, line.getBytes(StandardCharsets.UTF_8));
        for (String value : traceparent) {
            record.headers().add("traceparent", value.getBytes(StandardCharsets.UTF_8));
        }
        return record;
    }

    /** Value and headers of each record of a topic, in order. */
    private static List<String> read(String topic) {
        List<String> all = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : kafka.readCommitted(topic)) {
            List<String> headers = StreamSupport.stream(record.headers().spliterator(), false)
                    .map(TracingIT::text)
                    .toList();
            all.add(new String(record.value(), StandardCharsets.UTF_8) + " " + headers);
        }
        return all;
    }

    private static String text(Header header) {
        return header.key() + "=" + new String(header.value(), StandardCharsets.UTF_8);
    }

    private static List<String> spans() {
        return SPANS.getFinishedSpanItems().stream()
                .map(span ->
                        span.getAttributes().get(AttributeKey.stringKey("datastream.pipeline")) + ": " + span.getName())
                .toList();
    }

    @Test
    void aTraceLeadsThroughStagesAndPipelines() throws Exception {
        kafka.createTopic("plants", 1);
        kafka.produce(List.of(
                sent("plants", "a,1000,1.5", SAMPLED), sent("plants", "b,2000,2.0"), sent("plants", "a,3000,4.0")));
        run(changes("plants", reading -> reading));

        assertThat(read("plants-changes"))
                .containsExactlyInAnyOrder(
                        "a,1000,1.5 [traceparent=" + SAMPLED + "]", "b,2000,2.0 []", "a,3000,2.5 []");
        assertThat(spans())
                .containsExactly(
                        "plants: process plants", "plants: process plants-change-exchange", "plants: process change");

        run(Pipeline.from(KafkaSource.topic("plants-changes", READINGS).eventTimeNanos(Reading::time))
                .to(KafkaSink.topic("next", READINGS))
                .named("next"));

        assertThat(spans()).hasSize(4).last().isEqualTo("next: process plants-changes");
        assertThat(SPANS.getFinishedSpanItems()).allSatisfy(span -> {
            assertThat(span.getTraceId()).isEqualTo(TRACE);
            assertThat(span.getParentSpanId()).isEqualTo(PARENT);
        });
    }

    @Test
    void sameInputGivesTheSameHeadersAfterACrash() throws Exception {
        for (String topic : List.of("calm", "crashing")) {
            kafka.createTopic(topic, 1);
            List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                String line = "s" + i % 7 + "," + i * 1_000 + "," + i * 0.5;
                String span = String.format("%016x", i + 1);
                records.add(
                        i % 3 == 0
                                ? sent(topic, line)
                                : sent(topic, line, "00-" + TRACE + "-" + span + (i % 3 == 1 ? "-01" : "-00")));
            }
            kafka.produce(records);
        }
        run(changes("calm", reading -> reading));
        int calm = SPANS.getFinishedSpanItems().size();
        run(changes("crashing", reading -> {
            if (reading.time() == 200_000 && CRASHED.compareAndSet(false, true)) {
                throw new IllegalStateException("once");
            }
            return reading;
        }));

        assertThat(CRASHED).isTrue();
        List<String> expected = read("calm-changes");
        assertThat(expected)
                .hasSize(300)
                .filteredOn(line -> line.contains("traceparent"))
                .hasSize(100);
        assertThat(read("crashing-changes")).isEqualTo(expected);
        assertThat(calm).as("three for each record with a trace").isEqualTo(300);
        assertThat(SPANS.getFinishedSpanItems())
                .hasSizeGreaterThanOrEqualTo(2 * calm); // what was not committed is done again
    }

    @Test
    void headersThatAreNoTraceDoNothing() throws Exception {
        kafka.createTopic("hostile", 1);
        kafka.produce(List.of(
                sent("hostile", "a,1000,1.0", "nonsense"),
                sent("hostile", "b,2000,1.0", SAMPLED.repeat(2_000)),
                sent("hostile", "c,3000,1.0", "00-" + TRACE + "-" + PARENT + "-00"),
                sent("hostile", "d,4000,1.0", SAMPLED, "nonsense")));
        run(changes("hostile", reading -> reading));

        assertThat(read("hostile-changes"))
                .containsExactlyInAnyOrder("a,1000,1.0 []", "b,2000,1.0 []", "c,3000,1.0 []", "d,4000,1.0 []");
        assertThat(spans()).isEmpty();
    }

    @Test
    void aWindowEndsTracesUnlessItsLastRecordClosesIt() throws Exception {
        kafka.createTopic("windows", 1);
        kafka.produce(List.of(
                sent("windows", "a,1000,1.0"),
                sent("windows", "a,2000,2.0", SAMPLED),
                sent("windows", "a,3000,4.0", SAMPLED),
                sent("windows", "a,4000,8.0")));
        KeyedStream<String, Reading> readings = Pipeline.from(
                        KafkaSource.topic("windows", READINGS).eventTimeNanos(Reading::time))
                .keyedBy(Reading::sensor);
        run(sums(readings, Tumbling.of(Duration.ofSeconds(1)), "tumbling")
                .and(sums(readings, Counted.of(2), "counted"))
                .and(sums(readings, Rolling.count(2), "rolling"))
                .named("windows"));

        String trace = " [traceparent=" + SAMPLED + "]";
        assertThat(read("tumbling")).containsExactly("15.0 []");
        assertThat(read("counted")).containsExactly("3.0" + trace, "12.0 []");
        assertThat(read("rolling")).containsExactly("1.0 []", "3.0" + trace, "6.0" + trace, "12.0 []");
        assertThat(spans()).hasSizeGreaterThanOrEqualTo(2).allMatch(span -> span.startsWith("windows: process "));
    }

    private static Pipeline sums(KeyedStream<String, Reading> readings, Windows windows, String topic) {
        return readings.window(windows)
                .aggregate(Aggregations.sum(Reading::value))
                .to(KafkaSink.topic(topic, w -> String.valueOf(w.value()).getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aRecordThatFailsTellsItsSpanAndKeepsItsHeaders() throws Exception {
        kafka.createTopic("poison", 1);
        kafka.produce(List.of(sent("poison", "two\nlines", SAMPLED)));
        run(changes("poison", reading -> reading));

        SpanData span = SPANS.getFinishedSpanItems().get(0);
        assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(span.getStatus().getDescription())
                .isEqualTo("step \"poison\": reading: \"two\\nlines\" (expected: sensor,time,value)");
        assertThat(read("poison-letters")).singleElement().satisfies(line -> {
            assertThat(line).startsWith("two\nlines [traceparent=" + SAMPLED + ", ");
            assertThat(line.indexOf("traceparent")).isEqualTo(line.lastIndexOf("traceparent"));
        });
    }

    @Test
    void functionsSeeTheSpanOfTheirRecord() throws Exception {
        kafka.createTopic("inside", 1);
        kafka.produce(List.of(sent("inside", "a,1000,1.0", SAMPLED), sent("inside", "b,2000,1.0")));
        String broker = kafka.bootstrapServers();
        // region: tracing
        OpenTelemetry telemetry = openTelemetry; // with propagators, such as W3CTraceContextPropagator
        Pipeline pipeline = Pipeline.from(KafkaSource.topic("inside", READINGS).eventTimeNanos(Reading::time))
                .map(reading -> {
                    Span.current().setAttribute("sensor", reading.sensor()); // of the span of this record
                    return reading;
                })
                .to(KafkaSink.topic("seen", READINGS))
                .named("inside");
        KafkaRuntime runtime = KafkaRuntime.at(broker).readToEnd().withTracing(OpenTelemetryTracing.of(telemetry));
        try (PipelineController controller = runtime.start(pipeline)) {
            controller.awaitTermination();
        }
        // endregion
        assertThat(SPANS.getFinishedSpanItems())
                .singleElement()
                .satisfies(span -> assertThat(span.getAttributes().get(AttributeKey.stringKey("sensor")))
                        .isEqualTo("a"));
        assertThat(read("seen")).containsExactly("a,1000,1.0 [traceparent=" + SAMPLED + "]", "b,2000,1.0 []");
    }
}
