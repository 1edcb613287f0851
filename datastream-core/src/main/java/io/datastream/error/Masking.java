package io.datastream.error;

import io.datastream.codec.CodecException;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.MalformedParameterizedTypeException;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What people are told of records that may have {@link Masked} fields. For codecs and runtimes; called where something has
 * failed.
 */
public final class Masking {
    /** What is shown in the stead of a masked value. */
    public static final String MASK = "***";

    /** How errors of codecs say which field is meant: the first part of its path. */
    private static final Pattern FIELD = Pattern.compile("(?:field|column) \"([^\".\\[]+)");

    /** The end of what is said in the stead of what is wrong. */
    static final String HAS_MASKED_FIELDS = " has masked fields";

    private static final ClassValue<Boolean> HAS_MASKED = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            try {
                return reachesMasked((Type) type, new HashSet<>());
            } catch (LinkageError | TypeNotPresentException | MalformedParameterizedTypeException e) {
                return true; // nobody knows
            }
        }
    };

    private Masking() {}

    /** Whether a type has a masked field, or a field of such a type, however deep, also as an element of a collection. */
    public static boolean hasMasked(Class<?> type) {
        return HAS_MASKED.get(type);
    }

    /** Whether the field or component of this name, in upper or lower case or with underscores, is itself masked in a type. */
    public static boolean isMasked(Class<?> type, String name) {
        Field field = field(type, name);
        return field != null && field.isAnnotationPresent(Masked.class);
    }

    /**
     * What a codec says of a record that it cannot read or write: the error as it is, with the word that the content may be
     * shown, if the type has no masked fields; otherwise one that names the type, and the field with its type if the type has
     * one of the name that the error gives, and quotes nothing.
     */
    public static CodecException masked(CodecException error, Class<?> type) {
        if (!hasMasked(type)) {
            return error.showingContent();
        }
        Matcher named = FIELD.matcher(String.valueOf(error.getMessage()));
        Field field = named.find() ? field(type, named.group(1)) : null;
        return new CodecException(
                field == null
                        ? "value: " + unsaid(type)
                        : "field \"" + field.getName() + "\": " + unsaid(type) + " (expected: "
                                + field.getType().getSimpleName() + ")");
    }

    /**
     * The same error, for one that quotes nothing of the record, with the word that the content may be shown if the type has
     * no masked fields.
     */
    public static CodecException withContent(CodecException error, Class<?> type) {
        return hasMasked(type) ? error : error.showingContent();
    }

    /**
     * What a sink says of a value that it refuses: the error as it is if nothing in the value is masked; otherwise one that
     * names the classes of both and quotes nothing, since the sink may have written the value in any form.
     */
    public static Exception refused(Exception error, Object value) {
        if (!tellsMasked(value)) {
            return error;
        }
        if (error instanceof CodecException codec && hasMasked(value.getClass())) {
            return masked(codec, value.getClass());
        }
        return new MaskedException(error, unsaid(value.getClass()), null);
    }

    /** Whether what is said of a value may be of something masked; that of a dead letter is in its original alone. */
    private static boolean tellsMasked(Object value) {
        return value instanceof DeadLetter letter
                ? letter.isOfMasked()
                : Rendering.of(value).isMasked();
    }

    /**
     * What a sink says when it cannot go on, be it because of this value or not: the error as it is if nothing in the value
     * is masked; otherwise the same message without the texts of masked values, and of its cause the class and no message.
     */
    public static Throwable stopped(Throwable error, Object value) {
        return tellsMasked(value) ? Rendering.of(value).withoutCause(error) : error;
    }

    /**
     * What a step says that fails for values, such as a record and its state: the error as it is if it does not tell the text
     * of a masked value; otherwise one with the same messages and stack trace but for such texts.
     */
    public static Exception failed(Exception error, @Nullable Object... values) {
        return (Exception) withoutTexts(error, values);
    }

    private static Throwable withoutTexts(Throwable error, @Nullable Object... values) {
        Throwable told = error;
        for (Object value : values) {
            if (value != null) {
                told = Rendering.of(value).without(told);
            }
        }
        return told;
    }

    /**
     * The value as its {@code toString} gives it; where it has masked fields, with {@value #MASK} for each of them. Of a class
     * that is no record and has some, only the name.
     */
    public static String text(@Nullable Object value) {
        return value == null ? "null" : Rendering.of(value).text();
    }

    static String unsaid(Class<?> type) {
        return "what is wrong is not shown, since " + type.getSimpleName() + HAS_MASKED_FIELDS;
    }

    private static @Nullable Field field(Class<?> type, String name) {
        String plain = name.replace("_", "");
        for (Class<?> at = type; at != null; at = at.getSuperclass()) {
            for (Field field : at.getDeclaredFields()) {
                if (field.getName().replace("_", "").equalsIgnoreCase(plain)) {
                    return field;
                }
            }
        }
        return null;
    }

    private static boolean reachesMasked(Type type, Set<Type> seen) {
        if (!seen.add(type)) {
            return false;
        }
        if (type instanceof ParameterizedType generic) {
            return reachesMasked(generic.getRawType(), seen)
                    || Arrays.stream(generic.getActualTypeArguments()).anyMatch(part -> reachesMasked(part, seen));
        }
        if (type instanceof GenericArrayType array) {
            return reachesMasked(array.getGenericComponentType(), seen);
        }
        if (type instanceof WildcardType wildcard) {
            return Arrays.stream(wildcard.getUpperBounds()).anyMatch(part -> reachesMasked(part, seen));
        }
        return type instanceof Class<?> known && reachesMasked(known, seen);
    }

    private static boolean reachesMasked(Class<?> type, Set<Type> seen) {
        if (type.isArray()) {
            return reachesMasked((Type) type.getComponentType(), seen);
        }
        if (type.isPrimitive() || type.getName().startsWith("java.")) {
            return false;
        }
        if (type.isSealed()
                && Arrays.stream(type.getPermittedSubclasses()).anyMatch(part -> reachesMasked((Type) part, seen))) {
            return true;
        }
        for (Class<?> at = type; at != null && at != Object.class; at = at.getSuperclass()) {
            for (Field field : at.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())
                        && (field.isAnnotationPresent(Masked.class) || reachesMasked(field.getGenericType(), seen))) {
                    return true;
                }
            }
        }
        return false;
    }
}
