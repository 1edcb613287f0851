package io.datastream.testkit;

import io.datastream.sink.Guarantee;
import io.datastream.sink.Sink;
import io.datastream.sink.SinkContext;
import io.datastream.sink.SinkWriter;

/**
 * A sink for tests, read by {@link PipelineDriver#results}. No other runtime can write to it.
 *
 * @param <T> the results
 */
public final class TestSink<T> implements Sink<T> {
    private static final long serialVersionUID = 1L;

    private final String name;

    private TestSink(String name) {
        this.name = name;
    }

    /** A sink of this name. */
    public static <T> TestSink<T> named(String name) {
        return new TestSink<>(name);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Guarantee guarantee() {
        return Guarantee.EXACTLY_ONCE;
    }

    @Override
    public SinkWriter<T> open(SinkContext context) {
        throw new IllegalStateException(
                "sink " + name + ": opened by a runtime (expected: a PipelineDriver, which keeps the results itself)");
    }
}
