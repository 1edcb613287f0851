package io.datastream.fuzz;

import org.jspecify.annotations.Nullable;

/** A format did with a document what it must not do. */
final class FuzzException extends Exception {
    private static final long serialVersionUID = 1L;

    private final long seed;
    private final byte[] document;

    FuzzException(String target, long seed, byte[] document, String problem, @Nullable Throwable cause) {
        super(target + ", seed " + seed + ": " + problem, cause);
        this.seed = seed;
        this.document = document.clone();
    }

    long seed() {
        return seed;
    }

    byte[] document() {
        return document.clone();
    }
}
