package io.datastream.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.topic.RecordHeader;
import io.datastream.trace.Trace;
import io.datastream.trace.TraceSpan;
import io.datastream.trace.TracedWork;
import io.datastream.trace.Tracing;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceScopeTest {
    private static final List<RecordHeader> FOUND = List.of(RecordHeader.of("trace", "t1"));

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<String> log = new ArrayList<>();

    /** Writes down what is asked of it, and fails at one of the calls. */
    private final class Noted implements Tracing, Trace, TraceSpan {
        private final String failing;

        Noted(String failing) {
            this.failing = failing;
        }

        private void note(String call, String words) {
            log.add(call + words);
            if (call.equals(failing)) {
                throw new IllegalStateException("no " + call);
            }
            if (failing.equals("linkage of " + call)) {
                throw new NoSuchMethodError(call);
            }
        }

        @Override
        public Collection<String> headerNames() {
            note("names", "");
            return List.of("trace");
        }

        @Override
        public Trace trace(List<RecordHeader> headers) {
            note("trace", "");
            return this;
        }

        @Override
        public List<RecordHeader> headers() {
            note("headers", "");
            return FOUND;
        }

        @Override
        public TraceSpan begin(TracedWork work) {
            note("begin", " " + work.topic() + "-" + work.partition() + "@" + work.offset() + " " + work.step());
            return this;
        }

        @Override
        public void failed(String error, String message) {
            note("failed", " " + error + ": " + message);
        }

        @Override
        public void end() {
            note("end", "");
        }
    }

    private TraceScope scope(String failing) {
        return new PipelineTracing(new Noted(failing), "test", meters).scope("group", "stage", "readings", 3);
    }

    private double failures() {
        return meters.counter("datastream.tracing.failures", "pipeline", "test").count();
    }

    @Test
    void spansTheWorkAndGivesHeadersWithinItOnly() {
        TraceScope scope = scope("");
        scope.read(FOUND, 42, false, () -> {
            log.add("work");
            assertThat(scope.headers()).isEqualTo(FOUND);
            assertThat(scope.headers()).isSameAs(scope.headers());
        });

        assertThat(scope.headers()).isEmpty();
        assertThat(log).containsExactly("names", "trace", "begin readings-3@42 null", "work", "headers", "end");
    }

    @Test
    void givesHeadersWithoutASpanToWhatIsReadAgain() {
        TraceScope scope = scope("");
        scope.read(FOUND, 42, true, () -> assertThat(scope.headers()).isEqualTo(FOUND));

        assertThat(log).containsExactly("names", "trace", "headers");
    }

    @Test
    void resumesARecordThatHasWaited() {
        TraceScope scope = scope("");
        List<TraceScope.@Nullable Traced> kept = new ArrayList<>();
        scope.read(FOUND, 42, true, () -> kept.add(scope.current()));
        scope.resume(kept.get(0), "smooth", () -> assertThat(scope.headers()).isEqualTo(FOUND));

        assertThat(log).containsExactly("names", "trace", "begin readings-3@42 smooth", "headers", "end");
    }

    @Test
    void givesNoHeadersToWhatTimeHasLedTo() {
        TraceScope scope = scope("");
        scope.read(FOUND, 42, false, () -> {
            scope.apart(() -> {
                assertThat(scope.headers()).isEmpty();
                scope.failed("a.Timer", "is no failure of the record");
            });
            assertThat(scope.headers()).isEqualTo(FOUND);
        });

        assertThat(log).doesNotContain("failed a.Timer: is no failure of the record");
    }

    @Test
    void tellsTheFirstFailureOnOneLine() {
        TraceScope scope = scope("");
        assertThatThrownBy(() -> scope.read(FOUND, 42, false, () -> {
                    scope.failed("a.First", "line one\nline two" + "x".repeat(1_000));
                    throw new IllegalArgumentException("second");
                }))
                .hasMessage("second");

        assertThat(log).anyMatch(line -> line.startsWith("failed a.First: line one\\nline two") && line.length() < 600);
        assertThat(log).noneMatch(line -> line.contains("second"));
        assertThat(log).last().isEqualTo("end");
    }

    @Test
    void tellsAnExceptionThatNoStepHasHandled() {
        TraceScope scope = scope("");
        assertThatThrownBy(() -> scope.read(FOUND, 42, false, () -> {
                    throw new IllegalArgumentException("broken");
                }))
                .hasMessage("broken");

        assertThat(log)
                .contains("failed java.lang.IllegalArgumentException: java.lang.IllegalArgumentException: broken");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"names", "trace", "headers", "begin", "failed", "end", "linkage of begin", "linkage of trace"})
    void goesOnWithoutATracerThatFails(String failing) {
        TraceScope scope = scope(failing);
        List<String> done = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            scope.read(FOUND, i, false, () -> {
                scope.failed("a.Failure", "why");
                done.add("headers: " + scope.headers().size());
            });
        }

        assertThat(done).hasSize(3);
        assertThat(failures()).isEqualTo(failing.equals("names") ? 1 : 3);
        assertThat(scope.current()).isNull();
    }

    @Test
    void looksAtNoHeaderOfATracerThatDoesNotTellTheirNames() {
        assertThat(new PipelineTracing(new Noted("names"), "test", meters).headerNames())
                .isEmpty();
    }
}
