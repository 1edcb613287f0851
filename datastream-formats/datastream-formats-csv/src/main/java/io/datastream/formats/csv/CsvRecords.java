package io.datastream.formats.csv;

import io.datastream.codec.CodecException;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The short way from cells to a record whose components all have a scalar: straight to its constructor. It gives the
 * same values and errors as the way through Jackson, which is taken for everything else, above all for types with
 * Jackson's annotations.
 */
final class CsvRecords<T> {
    private final Constructor<T> constructor;
    private final List<CsvScalar<?>> scalars;
    private final CsvOptions options;

    private CsvRecords(Constructor<T> constructor, List<CsvScalar<?>> scalars, CsvOptions options) {
        this.constructor = constructor;
        this.scalars = scalars;
        this.options = options;
    }

    /** The short way for a type with these columns; null if there is none. */
    static <T> @Nullable CsvRecords<T> of(Class<T> type, List<String> columns, CsvOptions options) {
        if (!type.isRecord() || isAnnotated(type)) {
            return null;
        }
        RecordComponent[] components = type.getRecordComponents();
        List<String> names =
                Arrays.stream(components).map(RecordComponent::getName).toList();
        if (!names.equals(columns) || Arrays.stream(components).anyMatch(CsvRecords::isAnnotated)) {
            return null;
        }
        List<CsvScalar<?>> all = CsvScalar.all(options.epochUnit());
        List<CsvScalar<?>> chosen = new ArrayList<>();
        for (RecordComponent component : components) {
            all.stream()
                    .filter(scalar -> scalar.type() == component.getType())
                    .findFirst()
                    .ifPresent(chosen::add);
        }
        if (chosen.size() < components.length || type.getDeclaredConstructors().length > 1) {
            return null;
        }
        try {
            Constructor<T> constructor = type.getDeclaredConstructor(
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
            return !isAnnotated(constructor) && constructor.trySetAccessible()
                    ? new CsvRecords<>(constructor, chosen, options)
                    : null;
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException(type + ": no canonical constructor (expected: a record)", e);
        }
    }

    private static boolean isAnnotated(AnnotatedElement element) {
        for (Annotation annotation : element.getAnnotations()) {
            if (annotation.annotationType().getName().startsWith("com.fasterxml.jackson.")) {
                return true;
            }
        }
        return element instanceof RecordComponent component && isAnnotated(component.getAccessor());
    }

    T decode(CsvColumns columns, CsvSplitter cells) {
        @Nullable Object[] values = new Object[scalars.size()];
        for (int i = 0; i < columns.size(); i++) {
            int property = columns.index(i);
            if (property >= 0) {
                values[property] = value(columns, cells, i, scalars.get(property));
            }
        }
        try {
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            Throwable reason = e.getCause() == null ? e : e.getCause();
            if (reason instanceof Error error) {
                throw error;
            }
            throw CsvProblems.refused(constructor.getDeclaringClass(), reason);
        } catch (InstantiationException | IllegalAccessException e) {
            throw new CodecException(constructor + ": cannot be called: " + e.getMessage(), e);
        }
    }

    private @Nullable Object value(CsvColumns columns, CsvSplitter cells, int cell, CsvScalar<?> scalar) {
        try {
            if (cells.isNull(cell, options.nullText())) {
                return scalar.nullValue(options.emptyAsNaN());
            }
            if (scalar.type() == double.class) {
                double simple = cells.simpleFraction(cell);
                if (!Double.isNaN(simple)) {
                    return simple;
                }
            } else if (scalar.type() == long.class) {
                long simple = cells.simpleWhole(cell);
                if (simple != CsvNumbers.NO_WHOLE) {
                    return simple;
                }
            }
            return scalar.read(cells.text(cell));
        } catch (CsvCellException e) {
            throw CsvProblems.cell(columns, cells, cell, e);
        }
    }
}
