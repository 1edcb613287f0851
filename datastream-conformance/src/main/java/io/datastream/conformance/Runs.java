package io.datastream.conformance;

import io.datastream.KeyedStream;
import io.datastream.Pipeline;
import io.datastream.Stream;
import io.datastream.error.Late;
import io.datastream.error.PipelineException;
import io.datastream.processor.Emitter;
import io.datastream.processor.KeyedProcessor;
import io.datastream.processor.SideOutput;
import io.datastream.processor.StateCodec;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.sink.Sink;
import io.datastream.sink.Sinks;
import io.datastream.source.ListSource;
import io.datastream.time.EventTime;
import io.datastream.time.Windowed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Runs pipelines over the records of a case: one partition, event time, to the end of the input. */
final class Runs {
    private static final Duration ANY_FUTURE = Duration.ofDays(100_000);
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private Runs() {}

    /** A result and its event time. */
    record Timed<R>(long timeNanos, R value) {
        /** The time in milliseconds. */
        long millis() {
            return EventTime.toMillis(timeNanos);
        }
    }

    /** A result and its key. */
    record Keyed<R>(Object key, R value) {}

    /** What a chain of steps makes of the records, in the order in which it leaves. */
    static <R> List<Timed<R>> run(
            Case test, List<Reading> readings, Function<Stream<Reading>, KeyedStream<?, R>> chain) {
        List<Timed<R>> results = new ArrayList<>();
        await(chain.apply(source(test, readings)).to(into(results)).named("conformance"));
        return results;
    }

    /** What a processor makes of the records as one series. */
    static <S, R> List<Timed<R>> ofSeries(Case test, KeyedProcessor<Object, Reading, S, R> processor)
            throws java.io.IOException {
        return run(test, Reading.of(test), stream -> stream.asSingleSeries().process(processor));
    }

    /** What windows make of the records, and the records that came too late for them. */
    static <K, R> List<Timed<Windowed<K, R>>> runWithLate(
            Case test,
            List<Reading> readings,
            SideOutput<Late<Reading>> side,
            Function<Stream<Reading>, KeyedStream<K, Windowed<K, R>>> chain,
            List<Timed<Late<Reading>>> late) {
        List<Timed<Windowed<K, R>>> results = new ArrayList<>();
        KeyedStream<K, Windowed<K, R>> windows = chain.apply(source(test, readings));
        await(windows.to(into(results)).and(windows.side(side).to(into(late))).named("conformance"));
        return results;
    }

    private static Stream<Reading> source(Case test, List<Reading> readings) {
        long disorder = test.optional("max_out_of_orderness_ms")
                .map(millis -> millis.asLong())
                .orElseGet(() -> Reading.disorder(readings));
        return Pipeline.from(ListSource.of(readings)
                .eventTimeNanos(Reading::nanos)
                .disorderUpTo(Duration.ofMillis(disorder))
                .maxFuture(ANY_FUTURE));
    }

    private static <R> Sink<R> into(List<Timed<R>> results) {
        return Sinks.calling("results", (time, value) -> results.add(new Timed<>(time, value)));
    }

    private static void await(Pipeline pipeline) {
        try (PipelineController controller = LocalRuntime.create().start(pipeline)) {
            if (!controller.awaitTermination(LONGEST)) {
                throw new PipelineException("not ended after " + LONGEST + ": " + controller.status());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PipelineException("interrupted", e);
        }
    }

    /** Puts the key beside each result. */
    static final class WithKey<R> implements KeyedProcessor<Object, R, Object, Keyed<R>> {
        @Override
        public Object newState(Object key) {
            return key;
        }

        @Override
        public void process(Object key, long time, R value, Object state, Emitter<Keyed<R>> out) {
            out.emit(new Keyed<>(key, value));
        }

        @Override
        public boolean isEmpty(Object state) {
            return true;
        }

        @Override
        public StateCodec<Object> stateCodec() {
            return StateCodec.of((state, out) -> {}, in -> "");
        }
    }
}
