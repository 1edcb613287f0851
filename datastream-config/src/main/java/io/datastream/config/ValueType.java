package io.datastream.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** How the text of an option becomes a value, and back. */
sealed interface ValueType<T> {
    /** Reads a value. */
    T read(Raw raw) throws BadValueException;

    /** Writes a value as a person would type it. */
    String render(T value);

    /** What a reader should have written. */
    String expected();

    /** Stands for the value in the help text. */
    String placeholder();

    /** Whether the name alone, without a value, means something on the command line. */
    boolean isFlag();

    /** Takes over a value that the program gave, as its own copy where the value could change. */
    default T own(T value) {
        return value;
    }

    /** Whether the checks inside the type, those of the elements of a list, pass. */
    default boolean accepts(T value) {
        return true;
    }

    /** Turns text into a value. */
    interface Parser<T> {
        T parse(String text) throws BadValueException;
    }

    /** One value in one text. */
    record Scalar<T>(
            String expected,
            String placeholder,
            boolean isFlag,
            Parser<? extends T> parser,
            Function<? super T, String> renderer)
            implements ValueType<T> {
        @Override
        public T read(Raw raw) throws BadValueException {
            if (raw.sequence()) {
                throw new BadValueException("; one value, not a list");
            }
            return parser.parse(raw.text());
        }

        @Override
        public String render(T value) {
            return renderer.apply(value);
        }
    }

    /** Several values: a YAML sequence, or one text with commas. An empty text is the empty list. */
    record Listing<E>(Option<E> element) implements ValueType<List<E>> {
        @Override
        public List<E> read(Raw raw) throws BadValueException {
            List<E> values = new ArrayList<>();
            for (String part : parts(raw)) {
                values.add(element.read(Raw.text(part, raw.origin())));
            }
            return List.copyOf(values);
        }

        @Override
        public List<E> own(List<E> values) {
            return List.copyOf(values);
        }

        @Override
        public boolean accepts(List<E> values) {
            return values.stream().allMatch(element::passes);
        }

        private static List<String> parts(Raw raw) {
            if (raw.sequence()) {
                return raw.parts();
            }
            return raw.text().isBlank()
                    ? List.of()
                    : Arrays.stream(raw.text().split(",", -1))
                            .map(String::strip)
                            .toList();
        }

        @Override
        public String render(List<E> values) {
            return values.stream().map(element::render).collect(Collectors.joining(","));
        }

        @Override
        public String expected() {
            return "a list with commas between, each " + element.expected();
        }

        @Override
        public String placeholder() {
            return element.placeholder() + ",...";
        }

        @Override
        public boolean isFlag() {
            return false;
        }
    }
}
