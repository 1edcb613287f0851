package io.datastream.error;

import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The text of a value as records write theirs, with a mask for what is masked; and which texts that hides. */
final class Rendering {
    private static final Set<String> PLAIN = Set.of("java.lang", "java.math", "java.time");
    private static final int DEEPEST = 64;
    private static final int MOST_VALUES = 10_000;
    private static final int LONGEST = 2_000;
    private static final int SHORT = 6;
    private static final int MOST_CAUSES = 20;

    private static final ClassValue<Shape> SHAPES = new ClassValue<>() {
        @Override
        protected Shape computeValue(Class<?> type) {
            try {
                return shapeOf(type);
            } catch (LinkageError | TypeNotPresentException e) {
                return new Shape(List.of(), false, true); // nobody knows
            }
        }
    };

    /**
     * What texts of a class are made of.
     *
     * @param parts of a record
     * @param isPlain whether its {@code toString} can show nothing that is masked
     * @param isClosed whether it is no record and has something masked
     */
    private record Shape(List<Part> parts, boolean isPlain, boolean isClosed) {}

    /** A component of a record. */
    private record Part(String name, boolean masked, Method accessor) {}

    private final Object value;
    private final StringBuilder shown = new StringBuilder();

    /** Texts of what is masked, the longest first, so that none is hidden in part. */
    private final Set<String> hidden =
            new TreeSet<>(Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()));

    private int values;

    /** Above 0 within what is masked: then nothing is shown, and all texts are noted. */
    private int hiding;

    private boolean masked;
    private boolean hidesUnknown;
    private boolean cut;

    private Rendering(Object value) {
        this.value = value;
    }

    static Rendering of(Object value) {
        Rendering rendering = new Rendering(value);
        if (!SHAPES.get(value.getClass()).isPlain()) {
            try {
                rendering.add(value, 0);
            } catch (StackOverflowError e) {
                rendering.cut = true;
                rendering.hidesUnknown = true;
            }
        }
        return rendering;
    }

    /** Whether anything in the value is masked. */
    boolean isMasked() {
        return masked;
    }

    String text() {
        if (masked || cut) {
            return cut ? shown + "..." : shown.toString();
        }
        return ownText(value);
    }

    /** The same error if it tells nothing that is masked; otherwise one without that. */
    Exception without(Exception error) {
        return masked && isTold(error, 0) ? told(error, 0) : error;
    }

    private boolean isTold(Throwable error, int depth) {
        String message = error.getMessage();
        return hidesUnknown
                || depth == MOST_CAUSES
                || message != null && !message.equals(without(message))
                || error.getCause() != null && isTold(error.getCause(), depth + 1)
                || Arrays.stream(error.getSuppressed()).anyMatch(each -> isTold(each, depth + 1));
    }

    private MaskedException told(Throwable error, int depth) {
        String message = error.getMessage();
        Throwable cause = error.getCause();
        return new MaskedException(
                error,
                message == null ? null : hidesUnknown ? Masking.unsaid(value.getClass()) : without(message),
                cause == null || depth == MOST_CAUSES ? null : told(cause, depth + 1));
    }

    private String without(String message) {
        String told = message;
        for (String text : hidden) {
            told = without(told, text);
        }
        return told;
    }

    /** A short text is only meant where it stands alone: a "1" is not meant by each 10. */
    private static String without(String message, String text) {
        StringBuilder told = new StringBuilder();
        int from = 0;
        for (int at = message.indexOf(text); at >= 0; at = message.indexOf(text, at + 1)) {
            int end = at + text.length();
            boolean isPart = at > 0 && Character.isLetterOrDigit(message.charAt(at - 1))
                    || end < message.length() && Character.isLetterOrDigit(message.charAt(end));
            if (at >= from && !(isPart && text.length() < SHORT)) {
                told.append(message, from, at).append(Masking.MASK);
                from = end;
            }
        }
        return told.append(message, from, message.length()).toString();
    }

    private static String ownText(Object value) {
        try {
            return String.valueOf(value.toString());
        } catch (RuntimeException | StackOverflowError e) {
            return value.getClass().getName() + " (its toString failed: " + e + ")";
        }
    }

    private void show(String text) {
        if (hiding > 0) {
            return;
        }
        if (shown.length() + text.length() <= LONGEST) {
            shown.append(text);
        } else {
            shown.append(text, 0, Math.max(0, LONGEST - shown.length()));
            cut = true;
        }
    }

    private void add(@Nullable Object part, int depth) {
        values++;
        if (values > MOST_VALUES || depth == DEEPEST) {
            cut = true;
            hidesUnknown = true;
            return;
        }
        if (part == null) {
            show("null");
            return;
        }
        if (hiding > 0) {
            hide(ownText(part));
        }
        Shape shape = SHAPES.get(part.getClass());
        if (shape.isPlain()) {
            show(ownText(part));
        } else if (part instanceof Record) {
            addRecord(part, shape.parts(), depth);
        } else if (shape.isClosed()) {
            masked = true;
            hidesUnknown = true;
            show(part.getClass().getSimpleName());
        } else if (part instanceof Map<?, ?> map) {
            addAll(map.entrySet(), "{", "}", depth);
        } else if (part instanceof Collection<?> elements) {
            addAll(elements, "[", "]", depth + 1);
        } else if (part instanceof Object[] elements) {
            addAll(Arrays.asList(elements), "[", "]", depth + 1);
        } else if (part instanceof Map.Entry<?, ?> entry) {
            add(entry.getKey(), depth + 1);
            show("=");
            add(entry.getValue(), depth + 1);
        } else if (part instanceof Optional<?> optional) {
            show(optional.isEmpty() ? "Optional.empty" : "Optional[");
            optional.ifPresent(content -> {
                add(content, depth + 1);
                show("]");
            });
        } else {
            show(ownText(part));
        }
    }

    private void hide(String text) {
        if (!text.isBlank()) {
            hidden.add(text);
        }
    }

    private void addRecord(Object owner, List<Part> parts, int depth) {
        show(owner.getClass().getSimpleName() + "[");
        String separator = "";
        for (Part part : parts) {
            show(separator + part.name() + "=");
            separator = ", ";
            Object content;
            try {
                part.accessor().setAccessible(true);
                content = part.accessor().invoke(owner);
            } catch (ReflectiveOperationException | InaccessibleObjectException e) {
                // a class that is not open to this library, or an accessor that fails
                masked |= part.masked();
                hidesUnknown = true;
                cut = true;
                show(part.masked() ? Masking.MASK : "?");
                continue;
            }
            if (part.masked()) {
                masked = true;
                show(Masking.MASK);
                hiding++;
                add(content, depth + 1);
                hiding--;
            } else {
                add(content, depth + 1);
            }
        }
        show("]");
    }

    private void addAll(Collection<?> elements, String begin, String end, int depth) {
        show(begin);
        String separator = "";
        for (Object element : elements) {
            if (values > MOST_VALUES) {
                break;
            }
            show(separator);
            separator = ", ";
            add(element, depth);
        }
        show(end);
    }

    private static Shape shapeOf(Class<?> type) {
        if (!type.isRecord()) {
            return new Shape(List.of(), isPlain(type), !type.isArray() && Masking.hasMasked(type));
        }
        List<Part> parts = new ArrayList<>();
        boolean plain = true;
        for (RecordComponent component : type.getRecordComponents()) {
            boolean masked = component.isAnnotationPresent(Masked.class);
            plain &= !masked && isPlain(component.getType());
            parts.add(new Part(component.getName(), masked, component.getAccessor()));
        }
        return new Shape(List.copyOf(parts), plain, false);
    }

    /** Whether values of a type have no fields that anybody has marked. */
    private static boolean isPlain(Class<?> type) {
        Class<?> element = type.isArray() ? type.getComponentType() : type;
        return element.isPrimitive()
                || element.isEnum()
                || element == UUID.class
                || Modifier.isFinal(element.getModifiers())
                        && PLAIN.contains(element.getPackageName())
                        && !element.isArray();
    }
}
