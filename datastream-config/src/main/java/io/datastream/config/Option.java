package io.datastream.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One setting of an application: its key, the type of its value, its default and its limits.
 *
 * <p>The key has one form, small words with dots and dashes between: {@code kafka.broker}, {@code window.max-gap}. All
 * other names follow from it:
 *
 * <table>
 * <caption>Names of the option {@code kafka.broker}</caption>
 * <tr><td>command line</td><td>{@code --kafka-broker} or {@code --kafka.broker}</td></tr>
 * <tr><td>system property</td><td>{@code datastream.kafka.broker} or {@code kafka.broker}</td></tr>
 * <tr><td>environment</td><td>{@code DATASTREAM_KAFKA_BROKER} or {@code KAFKA_BROKER}</td></tr>
 * <tr><td>YAML</td><td>{@code kafka.broker: ...} or {@code kafka: {broker: ...}}</td></tr>
 * </table>
 *
 * <p>An option without {@link #withDefault default} that is not {@link #required() required} may be absent: read it with
 * {@link Config#find}. Keep the option in a constant; the same object that was given to the {@link ConfigSpec} reads the
 * value. Immutable and thread-safe; every method gives a changed copy.
 *
 * @param <T> the type of the value
 */
public final class Option<T> {
    private final String key;
    private final ValueType<T> type;
    private final String description;
    private final @Nullable T defaultValue;
    private final boolean isRequired;
    private final boolean isConfidential;
    private final List<Check<T>> checks;

    private Option(
            String key,
            ValueType<T> type,
            String description,
            @Nullable T defaultValue,
            boolean isRequired,
            boolean isConfidential,
            List<Check<T>> checks) {
        this.key = key;
        this.type = type;
        this.description = description;
        this.defaultValue = defaultValue;
        this.isRequired = isRequired;
        this.isConfidential = isConfidential;
        this.checks = List.copyOf(checks);
        if (defaultValue != null) {
            requireValid(defaultValue);
        }
    }

    private static <T> Option<T> create(String key, ValueType<T> type, boolean confidential) {
        return new Option<>(Names.requireKey(key), type, "", null, false, confidential, List.of());
    }

    /**
     * A text, taken as it is. Blank text is refused: it is mostly a shell variable that was empty.
     *
     * @param key the name, for instance {@code topic}
     * @return an option without default
     * @throws IllegalArgumentException when the key has another form, or is a name the operating system or the JVM uses
     */
    public static Option<String> string(String key) {
        return create(key, ScalarTypes.STRING, false);
    }

    /**
     * A length of time: {@code 500ms}, {@code 10s}, {@code 1m}, {@code 1h30m}, {@code 2d} (units d, h, m, s, ms, us, ns
     * in this order, whole numbers), or ISO-8601 such as {@code PT1M}. Zero is allowed, negative is not, and the longest
     * is a {@code long} of nanoseconds, about 292 years. A bare number is refused.
     *
     * @param key the name, for instance {@code window.size}
     * @return an option without default
     * @throws IllegalArgumentException as {@link #string}
     */
    public static Option<Duration> duration(String key) {
        return create(key, ScalarTypes.DURATION, false);
    }

    /**
     * A whole number of 32 bits, decimal; {@code 1_000} is allowed.
     *
     * @param key the name, for instance {@code parallelism}
     * @return an option without default
     * @throws IllegalArgumentException as {@link #string}
     */
    public static Option<Integer> integer(String key) {
        return create(key, ScalarTypes.INTEGER, false);
    }

    /**
     * A whole number of 64 bits, decimal; {@code 1_000} is allowed.
     *
     * @param key the name, for instance {@code start.offset}
     * @return an option without default
     * @throws IllegalArgumentException as {@link #string}
     */
    public static Option<Long> longInteger(String key) {
        return create(key, ScalarTypes.LONG_INTEGER, false);
    }

    /**
     * A number: {@code 3}, {@code 0.5}, {@code 1e-3}. Always finite.
     *
     * @param key the name, for instance {@code outlier.threshold}
     * @return an option without default
     * @throws IllegalArgumentException as {@link #string}
     */
    public static Option<Double> number(String key) {
        return create(key, ScalarTypes.NUMBER, false);
    }

    /**
     * {@code true}, {@code yes}, {@code on} or {@code false}, {@code no}, {@code off}, in any case. On the command line
     * the name alone means true.
     *
     * @param key the name, for instance {@code verbose}
     * @return an option without default
     * @throws IllegalArgumentException as {@link #string}
     */
    public static Option<Boolean> bool(String key) {
        return create(key, ScalarTypes.BOOL, false);
    }

    /**
     * One constant of an enum, in any case and with {@code -} or {@code _}: {@code dead-letter} is {@code DEAD_LETTER}.
     *
     * @param key the name, for instance {@code aggregation.type}
     * @param type the enum
     * @param <E> the enum
     * @return an option without default
     * @throws IllegalArgumentException as {@link #string}
     */
    public static <E extends Enum<E>> Option<E> choice(String key, Class<E> type) {
        return create(key, ScalarTypes.choice(type), false);
    }

    /**
     * Several texts; short for {@code string(key).asList()}.
     *
     * @param key the name, for instance {@code topics}
     * @return an option without default
     * @throws IllegalArgumentException as {@link #string}
     */
    public static Option<List<String>> list(String key) {
        return string(key).asList();
    }

    /**
     * A path. A relative one starts at the working directory, wherever it was given. Whether the file exists is not
     * looked at.
     *
     * @param key the name, for instance {@code output.folder}
     * @return an option without default
     * @throws IllegalArgumentException as {@link #string}
     */
    public static Option<Path> path(String key) {
        return create(key, ScalarTypes.PATH, false);
    }

    /**
     * A place on the network. For several brokers add {@link #asList()}.
     *
     * @param key the name, for instance {@code kafka.broker}
     * @return an option without default
     * @throws IllegalArgumentException as {@link #string}
     */
    public static Option<HostAndPort> hostAndPort(String key) {
        return create(key, ScalarTypes.HOST_AND_PORT, false);
    }

    /**
     * A secret. Its value is shown nowhere, and it may be in a file, see {@link #confidential()}.
     *
     * @param key the name, for instance {@code kafka.password}
     * @return an option without default
     * @throws IllegalArgumentException as {@link #string}
     */
    public static Option<Secret> secret(String key) {
        return create(key, ScalarTypes.SECRET, true);
    }

    /**
     * A value of any other type, read by a function of the text without the white space around it.
     *
     * <p>For instance {@code parsed("zone", ZoneId::of, "a time zone such as Europe/Paris")}.
     *
     * @param key the name
     * @param parser gives the value; refuses by an {@link IllegalArgumentException} or a
     *     {@link java.time.DateTimeException}, whose message is not shown
     * @param expected the words for what is right
     * @param <T> the type of the value, shown by its {@code toString}
     * @return an option without default
     * @throws IllegalArgumentException as {@link #string}
     */
    public static <T> Option<T> parsed(String key, Function<? super String, ? extends T> parser, String expected) {
        return create(key, ScalarTypes.parsed(parser, expected, "VALUE", Object::toString), false);
    }

    /**
     * A list of such values: in YAML a sequence, elsewhere one text with commas between. On the command line the option
     * may be repeated. An empty text is the empty list. Checks made so far hold for each element, and a default becomes
     * the list of this one value.
     *
     * @return an option for a list
     */
    public Option<List<T>> asList() {
        T value = defaultValue;
        return new Option<>(
                key,
                new ValueType.Listing<>(this),
                description,
                value == null ? null : List.of(value),
                isRequired,
                isConfidential,
                List.of());
    }

    /**
     * The value when no source gives one.
     *
     * @param value the default, which passes all checks
     * @return a copy with this default, no longer required
     * @throws IllegalArgumentException when a check refuses the value
     */
    public Option<T> withDefault(T value) {
        Objects.requireNonNull(value, "value");
        return new Option<>(key, type, description, type.own(value), false, isConfidential, checks);
    }

    /**
     * A sentence for the help text.
     *
     * @param sentence what the setting does
     * @return a copy with this description
     */
    public Option<T> withDescription(String sentence) {
        return new Option<>(key, type, sentence, defaultValue, isRequired, isConfidential, checks);
    }

    /**
     * Makes it a problem when no source gives a value.
     *
     * @return a copy that is required, without default
     */
    public Option<T> required() {
        return new Option<>(key, type, description, null, true, isConfidential, checks);
    }

    /**
     * Hides the value wherever the configuration is shown, for a value that is no {@link Secret} but holds one, such as
     * the URL of a database. The value may also be in a file: {@code key.file}, {@code KEY_FILE}, {@code --key-file}
     * name one, whose text without the last line break is the value.
     *
     * @return a copy that is never shown
     */
    public Option<T> confidential() {
        return new Option<>(key, type, description, defaultValue, isRequired, true, checks);
    }

    /**
     * A condition on the value.
     *
     * @param test true for a good value
     * @param expected the words for it, which follow {@code expected:}, for instance {@code a multiple of 10s}
     * @return a copy with this check added
     * @throws IllegalArgumentException when the default does not pass
     */
    public Option<T> withCheck(Predicate<? super T> test, String expected) {
        List<Check<T>> more = new ArrayList<>(checks);
        more.add(new Check<>(test, expected));
        return new Option<>(key, type, description, defaultValue, isRequired, isConfidential, more);
    }

    /**
     * Limits on both sides, for types with an order.
     *
     * @param min the smallest value that is good
     * @param max the largest value that is good
     * @return a copy with this check added
     * @throws IllegalArgumentException when the type has no order, {@code min > max}, or the default is outside
     */
    public Option<T> between(T min, T max) {
        if (comparable(min).compareTo(max) > 0) {
            throw new IllegalArgumentException(
                    key + ": from " + render(min) + " to " + render(max) + " (expected: min <= max)");
        }
        return withCheck(
                value -> comparable(value).compareTo(min) >= 0
                        && comparable(value).compareTo(max) <= 0,
                "from " + render(min) + " to " + render(max));
    }

    /**
     * A lower limit, for types with an order.
     *
     * @param min the smallest value that is good
     * @return a copy with this check added
     * @throws IllegalArgumentException when the type has no order, or the default is below
     */
    public Option<T> atLeast(T min) {
        Comparable<T> unused = comparable(min);
        return withCheck(value -> comparable(value).compareTo(min) >= 0, "at least " + render(min));
    }

    @SuppressWarnings("unchecked") // the types of options that are comparable are comparable to themselves
    private Comparable<T> comparable(T value) {
        if (!(value instanceof Comparable<?>)) {
            throw new IllegalArgumentException(
                    key + ": limits on values without an order (expected: a type that is Comparable, or withCheck)");
        }
        return (Comparable<T>) value;
    }

    /**
     * The name all other names follow from.
     *
     * @return for instance {@code window.size}
     */
    public String key() {
        return key;
    }

    /** The name and the default, for a debugger; a confidential default is hidden. */
    @Override
    public String toString() {
        return "Option[" + key
                + defaultValue().map(value -> " = " + show(value)).orElse("") + "]";
    }

    Optional<T> defaultValue() {
        return Optional.ofNullable(defaultValue);
    }

    String description() {
        return description;
    }

    String placeholder() {
        return type.placeholder();
    }

    boolean isRequired() {
        return isRequired;
    }

    boolean isConfidential() {
        return isConfidential;
    }

    boolean isFlag() {
        return type.isFlag();
    }

    boolean isList() {
        return type instanceof ValueType.Listing;
    }

    /** What is right: the type and all checks. */
    String expected() {
        return Stream.concat(Stream.of(type.expected()), checks.stream().map(Check::expected))
                .collect(Collectors.joining("; "));
    }

    /** Reads and checks a value. */
    T read(Raw raw) throws BadValueException {
        T value = type.read(raw);
        if (!passes(value)) {
            throw new BadValueException("");
        }
        return value;
    }

    String render(T value) {
        return type.render(value);
    }

    /** The value as it may be shown to anyone. */
    String show(T value) {
        return isConfidential ? Secret.MASK : Text.oneLine(render(value), Integer.MAX_VALUE);
    }

    boolean passes(T value) {
        return type.accepts(value)
                && checks.stream().allMatch(check -> check.test().test(value));
    }

    private void requireValid(T value) {
        if (!passes(value)) {
            throw new IllegalArgumentException(key + ": default " + show(value) + " (expected: " + expected() + ")");
        }
    }
}
