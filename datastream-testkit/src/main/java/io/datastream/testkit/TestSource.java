package io.datastream.testkit;

import io.datastream.source.SourceConnector;

/**
 * A source for tests that is fed by {@link PipelineDriver#push}.
 *
 * @param <T> the records
 */
public final class TestSource<T> implements SourceConnector<T> {
    private static final long serialVersionUID = 1L;

    private final String name;

    private TestSource(String name) {
        this.name = name;
    }

    /** A source of this name, which {@link PipelineDriver#push} is called with. */
    public static <T> TestSource<T> named(String name) {
        return new TestSource<>(name);
    }

    @Override
    public String name() {
        return name;
    }
}
