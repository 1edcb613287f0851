package io.datastream.sink;

import io.datastream.error.OneLine;
import io.datastream.function.Fn;
import java.io.PrintStream;
import java.io.Serializable;
import java.util.Collection;

/** Small sinks: a collection, a callback, the console. */
public final class Sinks {
    private Sinks() {}

    /** What a callback sink calls. */
    @FunctionalInterface
    public interface Callback<T> extends Serializable {
        /** Takes a result. */
        void accept(long timeNanos, T value) throws Exception;
    }

    /**
     * Adds each result to a collection. The collection is not copied, so it must be safe for use by several threads,
     * unless the pipeline runs on one. At least once.
     */
    public static <T> Sink<T> collectInto(Collection<? super T> target) {
        return calling("collection", (time, value) -> target.add(value));
    }

    /**
     * Calls a function for each result, on the thread that computed it. At least once. A result for which it throws is
     * refused, unless that is a {@link SinkException}.
     */
    public static <T> Sink<T> calling(String name, Callback<? super T> callback) {
        return new CallbackSink<>(name, callback);
    }

    /**
     * Prints each result on a line of standard output. At least once. Control characters, line breaks, and characters that
     * reorder text are printed as {@code \\n} or {@code \\u001b}, so that no result can forge a line or move the cursor.
     */
    public static <T> Sink<T> console() {
        return console(String::valueOf);
    }

    /** As {@link #console()}, with the text that the function makes of a result. */
    public static <T> Sink<T> console(Fn<? super T, String> text) {
        return calling("console", (time, value) -> standardOutput().println(OneLine.of(text.apply(value))));
    }

    private static PrintStream standardOutput() {
        return System.out;
    }

    private static final class CallbackSink<T> implements Sink<T> {
        private static final long serialVersionUID = 1L;

        private final String name;
        private final Callback<? super T> callback;

        CallbackSink(String name, Callback<? super T> callback) {
            this.name = name;
            this.callback = callback;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Guarantee guarantee() {
            return Guarantee.AT_LEAST_ONCE;
        }

        @Override
        public SinkWriter<T> open(SinkContext context) {
            return new SinkWriter<>() {
                @Override
                public void write(long time, T value) {
                    try {
                        callback.accept(time, value);
                    } catch (SinkException e) {
                        throw e;
                    } catch (Exception e) {
                        context.receipt().refuse(e);
                    }
                }

                @Override
                public void flush() {}

                @Override
                public void close() {}
            };
        }
    }
}
