package io.datastream.config;

import java.io.Serializable;

/**
 * One thing that is wrong with a configuration. Never holds a secret.
 *
 * @param name the key, or the file, that is wrong: {@code window.size}
 * @param found what is there and where it came from: {@code "banana" from environment WINDOW_SIZE}
 * @param expected what would have been right: {@code a duration such as 30s, 5m, PT1M}
 */
public record ConfigProblem(String name, String found, String expected) implements Serializable {
    /** Gives {@code name: found (expected: expected)}, one line. */
    @Override
    public String toString() {
        return name + ": " + found + " (expected: " + expected + ")";
    }
}
