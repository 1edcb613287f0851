package io.datastream.engine;

import io.datastream.error.PipelineException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Closes several things even if one fails. */
final class Closing {
    private Closing() {}

    interface Action<T> {
        void on(T target) throws Exception;
    }

    static <T> void all(List<T> targets, Action<? super T> close) {
        @Nullable PipelineException first = null;
        for (T target : targets) {
            try {
                close.on(target);
            } catch (Exception e) {
                if (first == null) {
                    first = new PipelineException(
                            "close of " + target.getClass().getName() + " failed: " + e, e);
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw first;
        }
    }
}
