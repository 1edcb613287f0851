package io.datastream.jdbc;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rows that wait to be sent. Of rows with the same key, the last one counts. */
final class Batch {
    private final boolean[] keyMask;
    private final int[] key;
    private final Map<Object, Row> byKey = new LinkedHashMap<>();
    private final List<Row> inOrder = new ArrayList<>();

    /** @param keyMask which columns are part of the key; none for rows that all count */
    Batch(boolean[] keyMask) {
        this.keyMask = keyMask;
        int count = 0;
        int[] places = new int[keyMask.length];
        for (int i = 0; i < keyMask.length; i++) {
            if (keyMask[i]) {
                places[count++] = i;
            }
        }
        this.key = Arrays.copyOf(places, count);
    }

    /** Which columns are part of the key. */
    boolean[] keyMask() {
        return keyMask;
    }

    void add(Row row) {
        if (key.length == 0) {
            inOrder.add(row);
        } else {
            byKey.put(keyOf(row.values()), row);
        }
    }

    private Object keyOf(@Nullable Object[] row) {
        @Nullable Object[] parts = new @Nullable Object[key.length];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = canonical(row[key[i]]);
        }
        return Arrays.asList(parts);
    }

    /** The form in which two values are the same key whenever the database takes them for the same. */
    private static @Nullable Object canonical(@Nullable Object converted) {
        if (converted instanceof Double number) {
            return number + 0.0; // -0.0 becomes 0.0
        }
        if (converted instanceof Float number) {
            return number + 0.0f;
        }
        if (converted instanceof BigDecimal number) {
            return number.stripTrailingZeros();
        }
        if (converted instanceof Object[] elements) {
            return Arrays.stream(elements).map(Batch::canonical).toList();
        }
        return converted instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : converted;
    }

    int size() {
        return inOrder.size() + byKey.size();
    }

    List<Row> rows() {
        return key.length == 0 ? List.copyOf(inOrder) : List.copyOf(byKey.values());
    }

    void clear() {
        inOrder.clear();
        byKey.clear();
    }

    /** Keeps these alone. */
    void retain(List<Row> rows) {
        clear();
        rows.forEach(this::add);
    }
}
