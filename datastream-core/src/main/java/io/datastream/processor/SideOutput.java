package io.datastream.processor;

import java.io.Serializable;

/**
 * The name and type of a second output of a step, such as its late records. Two side outputs are the same when their
 * names are.
 *
 * @param name unique within a step
 * @param <T> type of the values
 */
@SuppressWarnings("UnusedTypeParameter")
public record SideOutput<T>(String name) implements Serializable {
    /** Checks the name. */
    public SideOutput {
        if (name.isBlank()) {
            throw new IllegalArgumentException("side output: \"" + name + "\" (expected: a name)");
        }
    }

    /** A side output of this name. */
    public static <T> SideOutput<T> named(String name) {
        return new SideOutput<>(name);
    }
}
