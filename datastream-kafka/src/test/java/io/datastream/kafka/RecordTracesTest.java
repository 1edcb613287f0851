package io.datastream.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.datastream.engine.PipelineTracing;
import io.datastream.engine.TraceScope;
import io.datastream.topic.RecordHeader;
import io.datastream.trace.Trace;
import io.datastream.trace.Tracing;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecordTracesTest {
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final RecordTraces traces = traces();

    private RecordTraces traces() {
        Tracing tracing = new Tracing() {
            @Override
            public Collection<String> headerNames() {
                return List.of("traceparent", "tracestate");
            }

            @Override
            public @Nullable Trace trace(List<RecordHeader> headers) {
                return null;
            }
        };
        PipelineTracing all = new PipelineTracing(tracing, "test", meters);
        TraceScope scope = all.scope("group", "stage", "topic", 0);
        return new RecordTraces(all, scope);
    }

    private static Headers with(Headers headers, String name, String value) {
        return headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    private List<String> found(Headers headers) {
        List<RecordHeader> found = traces.find(headers);
        return found == null
                ? List.of()
                : found.stream()
                        .map(header -> header.name() + "=" + header.text())
                        .toList();
    }

    @Test
    void findsTheLastHeaderOfEachName() {
        Headers headers = with(new RecordHeaders(), "tracestate", "a");
        with(with(with(headers, "other", "b"), "traceparent", "c"), "traceparent", "d");

        assertThat(found(headers)).containsExactly("traceparent=d", "tracestate=a");
    }

    @Test
    void passesOverHeadersThatAreTooLongOrHaveNoValue() {
        Headers headers = with(new RecordHeaders(), "traceparent", "x".repeat(RecordTraces.LONGEST + 1));
        headers.add("tracestate", null);
        assertThat(traces.find(headers)).isNull();

        with(headers, "traceparent", "x".repeat(RecordTraces.LONGEST));
        assertThat(found(headers)).hasSize(1);
    }

    @Test
    void makesNothingForRecordsWithoutATrace() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Headers none = new RecordHeaders();
        Headers others = with(with(new RecordHeaders(), "source", "a"), "version", "2");
        int found = 0;
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 20_000; i++) {
            found += traces.find(none) == null ? 0 : 1;
            found += traces.find(others) == null ? 0 : 1;
        }
        long made = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(found).isZero();
        assertThat(made).as("bytes for 40,000 records").isLessThan(40_000);
    }

    @Test
    void takesADamagedHeaderOfAnExchangeForNoTrace() {
        Headers headers = new RecordHeaders().add(PackTraces.HEADER, new byte[] {PackTraces.VERSION, 0, 0});

        assertThat(traces.ofPack(headers)).isEmpty();
        assertThat(meters.counter("datastream.tracing.failures", "pipeline", "test")
                        .count())
                .isEqualTo(1);
    }
}
