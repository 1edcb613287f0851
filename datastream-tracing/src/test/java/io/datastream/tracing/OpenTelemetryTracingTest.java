package io.datastream.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.topic.RecordHeader;
import io.datastream.trace.Trace;
import io.datastream.trace.TraceSpan;
import io.datastream.trace.TracedWork;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenTelemetryTracingTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String PARENT = "00f067aa0ba902b7";
    private static final String SAMPLED = "00-" + TRACE + "-" + PARENT + "-01";
    private static final TracedWork READ =
            new TracedWork("means", "readings", null, "means-group", "readings-topic", 3, 42);

    private final InMemorySpanExporter exporter = InMemorySpanExporter.create();
    private final List<OpenTelemetrySdk> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(OpenTelemetrySdk::close);
    }

    private OpenTelemetryTracing tracing(Sampler sampler, TextMapPropagator propagator) {
        OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .setSampler(sampler)
                        .addSpanProcessor(SimpleSpanProcessor.create(exporter))
                        .build())
                .setPropagators(ContextPropagators.create(propagator))
                .build();
        opened.add(sdk);
        return OpenTelemetryTracing.of(sdk);
    }

    private OpenTelemetryTracing tracing() {
        return tracing(Sampler.parentBased(Sampler.alwaysOn()), W3CTraceContextPropagator.getInstance());
    }

    private static List<RecordHeader> parent(String traceparent) {
        return List.of(RecordHeader.of("traceparent", traceparent));
    }

    private static Map<String, String> text(@Nullable Trace trace) {
        return Objects.requireNonNull(trace).headers().stream()
                .collect(Collectors.toMap(RecordHeader::name, RecordHeader::text));
    }

    private SpanData only() {
        assertThat(exporter.getFinishedSpanItems()).hasSize(1);
        return exporter.getFinishedSpanItems().get(0);
    }

    private static @Nullable Object attribute(SpanData span, String name) {
        return span.getAttributes().asMap().entrySet().stream()
                .filter(entry -> entry.getKey().getKey().equals(name))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(null);
    }

    @Test
    void makesASpanBelowTheOneThatTheHeaderNames() {
        Objects.requireNonNull(tracing().trace(parent(SAMPLED))).begin(READ).end();

        SpanData span = only();
        assertThat(span.getTraceId()).isEqualTo(TRACE);
        assertThat(span.getParentSpanId()).isEqualTo(PARENT);
        assertThat(span.getName()).isEqualTo("process readings-topic");
        assertThat(span.getKind()).isEqualTo(SpanKind.CONSUMER);
        assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
        assertThat(span.getAttributes().asMap().entrySet().stream()
                        .collect(Collectors.toMap(e -> e.getKey().getKey(), Map.Entry::getValue)))
                .isEqualTo(Map.of(
                        "messaging.system", "kafka",
                        "messaging.operation.name", "process",
                        "messaging.operation.type", "process",
                        "messaging.destination.name", "readings-topic",
                        "messaging.destination.partition.id", "3",
                        "messaging.kafka.offset", 42L,
                        "messaging.consumer.group.name", "means-group",
                        "datastream.pipeline", "means",
                        "datastream.stage", "readings"));
    }

    @Test
    void namesTheStepThatARecordHasWaitedFor() {
        TracedWork resumed = new TracedWork("means", "readings", "smooth", "means-group", "readings-topic", 3, 42);
        Objects.requireNonNull(tracing().trace(parent(SAMPLED))).begin(resumed).end();

        assertThat(only().getName()).isEqualTo("process smooth");
        assertThat(only().getKind()).isEqualTo(SpanKind.INTERNAL);
        assertThat(attribute(only(), "datastream.step")).isEqualTo("smooth");
    }

    @Test
    void carriesTheTraceOnAsItCame() {
        OpenTelemetryTracing tracing = tracing();
        List<RecordHeader> headers =
                List.of(RecordHeader.of("traceparent", SAMPLED), RecordHeader.of("tracestate", "a=1,b=2"));
        Trace trace = Objects.requireNonNull(tracing.trace(headers));
        TraceSpan span = trace.begin(READ);
        Map<String, String> carried = text(trace);
        span.end();

        assertThat(carried).isEqualTo(Map.of("traceparent", SAMPLED, "tracestate", "a=1,b=2"));
        assertThat(text(tracing.trace(headers))).as("once more").isEqualTo(carried);
        assertThat(text(tracing.trace(trace.headers())))
                .as("of what was carried")
                .isEqualTo(carried);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hello",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-zz",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
                "\u00e4\uffff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
            })
    void passesOverMalformedHeaders(String traceparent) {
        assertThat(tracing().trace(parent(traceparent))).isNull();
    }

    @Test
    void passesOverVeryLongHeaders() {
        assertThat(tracing().trace(parent(SAMPLED.repeat(100_000)))).isNull();
        Trace trace = tracing()
                .trace(List.of(
                        RecordHeader.of("traceparent", SAMPLED),
                        RecordHeader.of("tracestate", "a=" + "x".repeat(100_000))));
        assertThat(text(trace)).isEqualTo(Map.of("traceparent", SAMPLED));
    }

    @Test
    void passesOverTracesThatAreNotSampled() {
        assertThat(tracing().trace(parent("00-" + TRACE + "-" + PARENT + "-00")))
                .isNull();
        assertThat(tracing().trace(List.of(RecordHeader.of("tracestate", "a=1"))))
                .isNull();
    }

    @Test
    void carriesTheTraceOnWhateverItsOwnSamplerSays() {
        OpenTelemetryTracing tracing = tracing(Sampler.alwaysOff(), W3CTraceContextPropagator.getInstance());
        Trace trace = Objects.requireNonNull(tracing.trace(parent(SAMPLED)));
        trace.begin(READ).end();

        assertThat(text(trace)).isEqualTo(Map.of("traceparent", SAMPLED));
        assertThat(exporter.getFinishedSpanItems()).isEmpty();
    }

    @Test
    void tellsWhyTheWorkHasFailed() {
        TraceSpan span =
                Objects.requireNonNull(tracing().trace(parent(SAMPLED))).begin(READ);
        span.failed("java.lang.IllegalStateException", "no value");
        span.end();

        SpanData data = only();
        assertThat(data.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
        assertThat(data.getStatus().getDescription()).isEqualTo("no value");
        assertThat(attribute(data, "error.type")).isEqualTo("java.lang.IllegalStateException");
        assertThat(data.getEvents()).singleElement().satisfies(event -> {
            assertThat(event.getName()).isEqualTo("exception");
            assertThat(event.getAttributes().get(AttributeKey.stringKey("exception.message")))
                    .isEqualTo("no value");
        });
    }

    @Test
    void isTheCurrentSpanUntilItEnds() {
        TraceSpan span =
                Objects.requireNonNull(tracing().trace(parent(SAMPLED))).begin(READ);
        String within = Span.current().getSpanContext().getSpanId();
        span.end();

        assertThat(within).isEqualTo(only().getSpanId());
        assertThat(Span.current().getSpanContext().isValid()).isFalse();
    }

    @Test
    void carriesWhateverThePropagatorsKnow() {
        OpenTelemetryTracing tracing = tracing(
                Sampler.alwaysOn(),
                TextMapPropagator.composite(
                        W3CTraceContextPropagator.getInstance(), W3CBaggagePropagator.getInstance()));

        assertThat(tracing.headerNames()).containsExactlyInAnyOrder("traceparent", "tracestate", "baggage");
        assertThat(text(tracing.trace(
                        List.of(RecordHeader.of("traceparent", SAMPLED), RecordHeader.of("baggage", "tenant=north")))))
                .isEqualTo(Map.of("traceparent", SAMPLED, "baggage", "tenant=north"));
    }

    @Test
    void looksAtNoHeaderWithoutAPropagator() {
        assertThat(tracing(Sampler.alwaysOn(), TextMapPropagator.noop()).headerNames())
                .isEmpty();
    }
}
