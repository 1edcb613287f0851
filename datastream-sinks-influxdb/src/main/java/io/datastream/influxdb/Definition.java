package io.datastream.influxdb;

import io.datastream.codec.CodecException;
import io.datastream.function.Fn;
import io.datastream.function.ToLongFn;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What makes a point of a result, and how points are gathered. */
record Definition<T>(
        String measurement,
        @Nullable Fn<? super T, String> measurementOf,
        List<Part> parts,
        List<Column> given,
        Set<String> tags,
        Set<String> without,
        @Nullable ToLongFn<? super T> timeNanos,
        boolean skipsNaN,
        int batchLines,
        long batchNanos)
        implements Serializable {

    static <T> Definition<T> of(String measurement, List<Part> parts) {
        try {
            LineProtocol.checkName("measurement", measurement);
        } catch (CodecException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        return new Definition<>(
                measurement,
                null,
                parts,
                List.of(),
                new TreeSet<>(),
                new TreeSet<>(),
                null,
                false,
                InfluxSink.DEFAULT_BATCH_LINES,
                InfluxSink.DEFAULT_BATCH_TIME.toNanos());
    }

    Definition<T> withGiven(List<Column> more) {
        return new Definition<>(
                measurement, measurementOf, parts, more, tags, without, timeNanos, skipsNaN, batchLines, batchNanos);
    }

    Definition<T> withTags(Set<String> names) {
        return new Definition<>(
                measurement, measurementOf, parts, given, names, without, timeNanos, skipsNaN, batchLines, batchNanos);
    }

    Definition<T> withWithout(Set<String> names) {
        return new Definition<>(
                measurement, measurementOf, parts, given, tags, names, timeNanos, skipsNaN, batchLines, batchNanos);
    }

    Definition<T> withMeasurementOf(Fn<? super T, String> of) {
        return new Definition<>(
                measurement, of, parts, given, tags, without, timeNanos, skipsNaN, batchLines, batchNanos);
    }

    Definition<T> withTimeNanos(ToLongFn<? super T> of) {
        return new Definition<>(
                measurement, measurementOf, parts, given, tags, without, of, skipsNaN, batchLines, batchNanos);
    }

    Definition<T> withoutNaN() {
        return new Definition<>(
                measurement, measurementOf, parts, given, tags, without, timeNanos, true, batchLines, batchNanos);
    }

    Definition<T> withBatch(int lines, long nanos) {
        return new Definition<>(
                measurement, measurementOf, parts, given, tags, without, timeNanos, skipsNaN, lines, nanos);
    }

    /**
     * All columns, tags before fields, each in the order of their names.
     *
     * @throws IllegalArgumentException if they cannot be written or there is no field
     */
    List<Column> columns() {
        List<Column> all = new ArrayList<>(given);
        Set<String> unknown = new TreeSet<>(tags);
        unknown.addAll(without);
        for (Part part : parts) {
            Components components = new Components(part.isTag() ? null : tags, without);
            all.addAll(components.of(part.name(), part.type(), part.reader()));
            unknown.removeAll(components.names());
        }
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    "components: " + unknown + " (expected: names of components in snake case)");
        }
        Set<String> names = new HashSet<>();
        for (Column column : all) {
            if (!names.add(column.name())) {
                throw new IllegalArgumentException("name: \"" + column.name() + "\" is there twice (expected: once)");
            }
        }
        if (all.stream().allMatch(Column::isTag)) {
            throw new IllegalArgumentException("fields: none (expected: at least one)");
        }
        all.sort(Comparator.comparing(Column::isTag).reversed().thenComparing(Column::name));
        return all;
    }
}
