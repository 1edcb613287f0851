package io.datastream.secret;

import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The place a password, token or key comes from: an environment variable, a file, or code.
 *
 * <pre>{@code
 * SecretSource password = SecretSource.file(Path.of("/run/secrets/kafka-password"));
 * }</pre>
 *
 * <p>The secret is looked up each time it is needed, such as when a connection is made, so one that is changed in its file
 * is used without a new start of the program. {@link #toString()} tells the place and never the secret; so do the messages
 * of errors. Immutable; thread-safe as far as the code behind it is.
 *
 * <p>It travels with the pipeline to the place where that runs, and is looked up there. One made by {@link #of} takes the
 * secret itself along.
 */
public final class SecretSource implements Serializable {
    private static final long serialVersionUID = 1L;

    /** The longest file that is taken for a secret, in bytes. */
    public static final int LONGEST_FILE = 1 << 16;

    private final String place;
    private final Lookup lookup;

    private SecretSource(String place, Lookup lookup) {
        this.place = place;
        this.lookup = lookup;
    }

    /** Looks a secret up. */
    @FunctionalInterface
    public interface Lookup extends Serializable {
        /** The secret as of now; null if it is not there. */
        @Nullable
        String get() throws Exception;
    }

    /** A secret that the program knows already. */
    public static SecretSource of(String secret) {
        Objects.requireNonNull(secret, "secret");
        return new SecretSource("given by the program", () -> secret);
    }

    /** A secret that code looks up, such as in a vault. The place is for messages, such as {@code vault entry kafka}. */
    public static SecretSource from(String place, Lookup lookup) {
        return new SecretSource(place, Objects.requireNonNull(lookup, "lookup"));
    }

    /** A secret in an environment variable, taken as it is. */
    public static SecretSource environment(String variable) {
        return new SecretSource("environment variable " + variable, () -> System.getenv(variable));
    }

    /**
     * A secret in a file of UTF-8 text: all of it but one line break at the end, if there is one.
     *
     * @param file read at each use; one of at most {@link #LONGEST_FILE} bytes
     */
    public static SecretSource file(Path file) {
        String path = file.toString(); // a Path is not serializable
        return new SecretSource("file " + file, () -> read(Path.of(path)));
    }

    private static String read(Path file) throws IOException {
        long size = Files.size(file);
        if (size > LONGEST_FILE) {
            throw new IOException(size + " bytes (expected: at most " + LONGEST_FILE + ")");
        }
        String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        if (text.endsWith("\r\n")) {
            return text.substring(0, text.length() - 2);
        }
        return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }

    /**
     * The secret as of now. Call it where the secret is handed over, for instance to a driver, and keep no copy.
     *
     * @throws IllegalStateException if it cannot be looked up or is blank; the message tells the place
     */
    public String reveal() {
        String secret;
        try {
            secret = lookup.get();
        } catch (NoSuchFileException e) {
            throw failure("there is no such file", e);
        } catch (Exception e) {
            throw failure("it cannot be read: " + e, e);
        }
        if (secret == null || secret.isBlank()) {
            throw failure(secret == null ? "not set" : "blank", null);
        }
        return secret;
    }

    private IllegalStateException failure(String why, @Nullable Exception cause) {
        return new IllegalStateException(
                "secret from " + place + ": " + why + " (expected: text that is not blank)", cause);
    }

    /** The place, such as {@code file /run/secrets/kafka-password}; never the secret. */
    @Override
    public String toString() {
        return place;
    }
}
