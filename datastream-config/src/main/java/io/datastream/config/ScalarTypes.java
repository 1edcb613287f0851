package io.datastream.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Pattern;

/** The kinds of a single value. All but texts and secrets ignore white space around the value. */
final class ScalarTypes {
    private static final Pattern WHOLE = Pattern.compile("[+-]?[0-9]+(_[0-9]+)*");
    private static final Pattern DECIMAL = Pattern.compile("[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+-]?[0-9]+)?");

    static final ValueType<String> STRING =
            new ValueType.Scalar<>("text that is not blank", "TEXT", false, ScalarTypes::notBlank, text -> text);

    static final ValueType<Secret> SECRET = new ValueType.Scalar<>(
            "a secret that is not blank",
            "SECRET",
            false,
            text -> Secret.of(notBlank(text)),
            secret -> secret.toString());

    static final ValueType<Duration> DURATION = new ValueType.Scalar<>(
            "a duration such as 30s, 5m, PT1M",
            "DURATION",
            false,
            text -> Durations.parse(text.strip()),
            Durations::format);

    static final ValueType<Integer> INTEGER = new ValueType.Scalar<>(
            "a whole number", "NUMBER", false, text -> whole(text, Integer::valueOf), Object::toString);

    static final ValueType<Long> LONG_INTEGER = new ValueType.Scalar<>(
            "a whole number", "NUMBER", false, text -> whole(text, Long::valueOf), Object::toString);

    static final ValueType<Double> NUMBER = new ValueType.Scalar<>(
            "a number such as 3, 0.5, 1e-3", "NUMBER", false, ScalarTypes::finite, Object::toString);

    static final ValueType<Boolean> BOOL =
            new ValueType.Scalar<>("true or false", "BOOLEAN", true, ScalarTypes::bool, Object::toString);

    static final ValueType<Path> PATH =
            new ValueType.Scalar<>("a file path", "PATH", false, ScalarTypes::path, Path::toString);

    static final ValueType<HostAndPort> HOST_AND_PORT =
            parsed(HostAndPort::from, "host:port such as localhost:9092", "HOST:PORT", HostAndPort::toString);

    private ScalarTypes() {}

    static <T> ValueType<T> parsed(
            Function<? super String, ? extends T> parser,
            String expected,
            String placeholder,
            Function<? super T, String> renderer) {
        return new ValueType.Scalar<>(
                expected,
                placeholder,
                false,
                text -> {
                    try {
                        return parser.apply(text.strip());
                    } catch (IllegalArgumentException | java.time.DateTimeException refused) {
                        // what the parser says is left out: it may quote a secret
                        throw new BadValueException("");
                    }
                },
                renderer);
    }

    static <E extends Enum<E>> ValueType<E> choice(Class<E> type) {
        E[] constants = type.getEnumConstants();
        List<String> names =
                Arrays.stream(constants).map(ScalarTypes::choiceName).toList();
        return new ValueType.Scalar<>(
                "one of " + String.join(", ", names),
                "NAME",
                false,
                text -> {
                    String name = text.strip().toLowerCase(Locale.ROOT).replace('_', '-');
                    int index = names.indexOf(name);
                    if (index < 0) {
                        throw new BadValueException(Similar.hint(name, names));
                    }
                    return constants[index];
                },
                ScalarTypes::choiceName);
    }

    private static String choiceName(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String notBlank(String text) throws BadValueException {
        if (text.isBlank()) {
            throw new BadValueException("");
        }
        return text;
    }

    private static <N> N whole(String text, Function<String, N> parser) throws BadValueException {
        String digits = text.strip();
        if (!WHOLE.matcher(digits).matches()) {
            throw new BadValueException("");
        }
        try {
            return parser.apply(digits.replace("_", ""));
        } catch (NumberFormatException outOfRange) {
            throw new BadValueException("; closer to 0");
        }
    }

    private static Double finite(String text) throws BadValueException {
        String digits = text.strip();
        if (!DECIMAL.matcher(digits).matches()) {
            throw new BadValueException("");
        }
        double number = Double.parseDouble(digits);
        if (Double.isInfinite(number)) {
            throw new BadValueException("; closer to 0");
        }
        return number;
    }

    private static Boolean bool(String text) throws BadValueException {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on" -> true;
            case "false", "no", "off" -> false;
            default -> throw new BadValueException("");
        };
    }

    private static Path path(String text) throws BadValueException {
        try {
            return Path.of(notBlank(text).strip());
        } catch (InvalidPathException refused) {
            throw new BadValueException("");
        }
    }
}
