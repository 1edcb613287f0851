package io.datastream.settings;

import io.datastream.secret.SecretSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A group of settings: values, lists and further groups by name. What makes something of it does not know where it was
 * written; {@code YamlSettings} of {@code datastream-config} reads one from a file:
 *
 * <pre>{@code
 * static Pump from(Settings settings) {
 *     double most = settings.number("most").orElse(12.0);
 *     if (most < 0) {
 *         settings.refuse("most", "not negative");
 *     }
 *     return new Pump(most, settings.duration("rest").orElse(Duration.ZERO));
 * }
 * }</pre>
 *
 * <p>Nothing is thrown for a value that is wrong. It is noted with its place, and is then absent for the caller, who goes on;
 * whoever began the reading fails with all that was noted. Of several problems with a value the first one is kept, so a caller
 * may refuse what is absent without looking whether it was there. A name that nobody asks for is a problem as well, so names are
 * to be asked for whatever else is wrong. Used by one thread.
 */
public interface Settings {
    /** Where the group is, for messages: {@code channels.ops}; empty at the top. */
    String path();

    /** The names of a group whose names are up to the writer, in their order. Does not count as asking for them. */
    List<String> names();

    /** Whether there is something of this name, be it a value, a list or a group. */
    boolean has(String name);

    /** Whether what has this name is a group. */
    boolean isGroup(String name);

    /** A text, not blank. */
    Optional<String> text(String name);

    /** A finite number, such as {@code 3}, {@code 0.5}, {@code 1e-3}. */
    Optional<Double> number(String name);

    /** A whole number of 32 bits. */
    Optional<Integer> integer(String name);

    /** A duration, such as {@code 30s}, {@code 1h30m}, {@code PT1M}; not negative. */
    Optional<Duration> duration(String name);

    /** Yes or no: {@code true}, {@code yes}, {@code on}, and their opposites. */
    Optional<Boolean> flag(String name);

    /** One of the constants of an enum, in any case, with {@code -} for {@code _}. */
    <E extends Enum<E>> Optional<E> choice(String name, Class<E> type);

    /** A list of texts, or a single one; empty if there is none. */
    List<String> texts(String name);

    /**
     * A secret: the text itself, a group of {@code file} or {@code environment}, or one of these behind a dot, such as
     * {@code password.file}. Only its place is ever shown.
     */
    Optional<SecretSource> secret(String name);

    /** A group. */
    Optional<Settings> group(String name);

    /** A list of groups; empty if there is none. */
    List<Settings> groups(String name);

    /**
     * Notes that a value, or its absence, is a problem.
     *
     * @param expected what would have been right, such as {@code a number above 0}
     */
    void refuse(String name, String expected);
}
