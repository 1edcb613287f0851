package io.datastream.error;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    private static final int MOST_WITHIN = 1_000;
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
     * What a class is made of.
     *
     * @param parts the fields that can be read
     * @param isPlain whether its {@code toString} can show nothing that is masked
     * @param isClosed whether it has something masked, and is no record that can be read
     */
    private record Shape(List<Field> parts, boolean isPlain, boolean isClosed) {}

    private final Object value;
    private final StringBuilder shown = new StringBuilder();

    /** Texts of what is masked, the longest first, so that none is hidden in part. */
    private final Set<String> hidden =
            new TreeSet<>(Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()));

    private int values;

    /** Above 0 within what is masked: then nothing is shown, and all texts are noted. */
    private int hiding;

    /** Objects that were looked into; null while what is found is shown. */
    private final @Nullable Set<Object> known;

    private boolean masked;
    private boolean hidesUnknown;
    private boolean cut;

    private Rendering(Object value, @Nullable Set<Object> known) {
        this.value = value;
        this.known = known;
    }

    static Rendering of(Object value) {
        Rendering rendering = new Rendering(value, null);
        if (!SHAPES.get(value.getClass()).isPlain()) {
            try {
                rendering.add(value, 0);
            } catch (RuntimeException | StackOverflowError e) {
                // such as a list that another thread changes: nobody knows
                rendering.masked = true;
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
        if (masked || hidesUnknown) {
            return cut ? shown + "..." : shown.toString();
        }
        return ownText(value);
    }

    /** The same error if it tells nothing that is masked; otherwise one without that. */
    Throwable without(Throwable error) {
        return masked && isTold(error, 0) ? told(error, 0) : error;
    }

    /** The error without texts of what is masked, and without the message of its cause. */
    MaskedException withoutCause(Throwable error) {
        String message = messageOf(error);
        Throwable cause = error.getCause();
        return new MaskedException(
                error,
                message == null ? null : without(message),
                cause == null ? null : new MaskedException(cause, Masking.unsaid(value.getClass()), null));
    }

    private boolean isTold(Throwable error, int depth) {
        return hidesUnknown
                || depth == MOST_CAUSES
                || isTold(messageOf(error))
                || isTold(ownTextWithoutClass(error))
                || error.getCause() != null && isTold(error.getCause(), depth + 1)
                || Arrays.stream(error.getSuppressed()).anyMatch(each -> isTold(each, depth + 1));
    }

    private boolean isTold(@Nullable String text) {
        return text != null && !text.equals(without(text));
    }

    private static @Nullable String messageOf(Throwable error) {
        try {
            return error.getMessage();
        } catch (RuntimeException e) {
            return null; // it makes its message when it is asked
        }
    }

    private static String ownTextWithoutClass(Throwable error) {
        String text = ownText(error);
        String name = error.getClass().getName();
        return text.startsWith(name) ? text.substring(name.length()) : text;
    }

    private MaskedException told(Throwable error, int depth) {
        String message = messageOf(error);
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
        } catch (RuntimeException | StackOverflowError | AssertionError | LinkageError e) {
            return value.getClass().getName() + " (its toString failed: " + e + ")";
        }
    }

    private void show(String text) {
        if (hiding > 0 || known != null) {
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
        } else if (shape.isClosed()) {
            hidesUnknown = true;
            addObject(part, shape.parts(), depth);
            masked = true;
        } else if (part instanceof Record && !shape.parts().isEmpty()) {
            addRecord(part, shape.parts(), depth);
        } else if (part instanceof Object[] elements) {
            addAll(Arrays.asList(elements), "[", "]", depth + 1);
        } else if (known != null && !part.getClass().getName().startsWith("java.util.")) {
            addObject(part, shape.parts(), depth); // a foreign collection may load its elements when it is asked
        } else if (part instanceof Map<?, ?> map) {
            addAll(map.entrySet(), "{", "}", depth);
        } else if (part instanceof Collection<?> elements) {
            addAll(elements, "[", "]", depth + 1);
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
            addObject(part, shape.parts(), depth);
        }
    }

    private void hide(String text) {
        if (!text.isBlank()) {
            hidden.add(text);
        }
    }

    private void addRecord(Object owner, List<Field> parts, int depth) {
        show(owner.getClass().getSimpleName() + "[");
        String separator = "";
        for (Field part : parts) {
            show(separator + part.getName() + "=");
            separator = ", ";
            addPart(part, owner, depth);
        }
        show("]");
    }

    private void addPart(Field part, Object owner, int depth) {
        boolean isMasked = part.isAnnotationPresent(Masked.class);
        if (isMasked) {
            masked = true;
            show(Masking.MASK);
            hiding++;
        }
        add(content(part, owner), depth + 1);
        if (isMasked) {
            hiding--;
        }
    }

    /** What is no record shows itself, unless it holds something that has masked fields: then only its class is shown. */
    private void addObject(Object owner, List<Field> parts, int depth) {
        Rendering inside =
                new Rendering(owner, known == null ? Collections.newSetFromMap(new IdentityHashMap<>()) : known);
        inside.hiding = hiding;
        inside.values = known == null ? MOST_VALUES - MOST_WITHIN : values;
        inside.look(parts, depth);
        if (known != null) {
            values = inside.values;
        }
        if (inside.masked) {
            masked = true;
            hidesUnknown |= inside.hidesUnknown;
            hidden.addAll(inside.hidden);
        }
        boolean isHidden = inside.masked || SHAPES.get(owner.getClass()).isClosed();
        show(isHidden ? owner.getClass().getSimpleName() : known == null ? ownText(owner) : "");
    }

    private void look(List<Field> parts, int depth) {
        if (!Objects.requireNonNull(known).add(value)) {
            return;
        }
        try {
            parts.forEach(part -> addPart(part, value, depth));
        } catch (RuntimeException e) {
            hidesUnknown = true; // such as a list that another thread changes
        }
    }

    private static @Nullable Object content(Field part, Object owner) {
        try {
            return part.get(owner);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(part + ": cannot be read (expected: that it was made accessible)", e);
        }
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
        boolean plain = isPlain(type);
        if (plain || type.isArray()) {
            return new Shape(List.of(), plain, false);
        }
        List<Field> parts = new ArrayList<>();
        boolean isAllPlain = true;
        for (Class<?> at = type; at != null && at != Record.class && at != Object.class; at = at.getSuperclass()) {
            for (Field field : at.getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers())) {
                    continue;
                }
                if (!field.trySetAccessible()) { // of a module that is not open to this one
                    return new Shape(List.of(), false, Masking.hasMasked(type));
                }
                isAllPlain &= !field.isAnnotationPresent(Masked.class) && isPlain(field.getType());
                parts.add(field);
            }
        }
        return new Shape(List.copyOf(parts), isAllPlain, !type.isRecord() && Masking.hasMasked(type));
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
