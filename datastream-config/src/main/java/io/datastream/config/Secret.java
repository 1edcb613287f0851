package io.datastream.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Objects;

/**
 * A text that must not be shown: a password, a token, a key.
 *
 * <p>Only {@link #reveal()} gives the text; {@link #toString()} gives {@value #MASK}, so a secret that ends up in a log
 * line or in an exception tells nothing. The text stays in memory as a {@code String} until it is collected. Immutable
 * and thread-safe.
 */
public final class Secret {
    /** What is shown in place of a secret, whatever its length. */
    public static final String MASK = "******";

    private final String text;

    private Secret(String text) {
        this.text = text;
    }

    /**
     * A secret with this text, taken as it is.
     *
     * @param text the text to hide
     * @return the secret
     */
    public static Secret of(String text) {
        return new Secret(Objects.requireNonNull(text, "text"));
    }

    /**
     * The hidden text. Call it where the text is handed over, for instance to a driver, and keep no copy.
     *
     * @return the text
     */
    public String reveal() {
        return text;
    }

    /** Two secrets are equal when their texts are; the comparison does not stop at the first difference. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret
                && MessageDigest.isEqual(
                        text.getBytes(StandardCharsets.UTF_8), secret.text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** Gives {@value #MASK}. */
    @Override
    public String toString() {
        return MASK;
    }
}
