package io.datastream.aggregate;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * All numbers, for exact quantiles. The array begins with a sorted part; what is added goes behind it. Merging sorts what
 * is new and merges from the back, so that the long sorted part is only moved. Ordered like {@link Double#compare}:
 * -0.0 before 0.0, so that the same numbers in any order give the same bits.
 */
final class Values {
    private static final double[] NONE = {};
    private static final int LARGEST = Integer.MAX_VALUE - 8;

    private double[] values = NONE;
    private int size;
    private int sorted;

    void add(double value) {
        if (size == values.length) {
            grow(size + 1L);
        }
        if (sorted == size && (size == 0 || Double.compare(values[size - 1], value) <= 0)) {
            sorted++;
        }
        values[size++] = value;
    }

    private void grow(long needed) {
        if (needed > LARGEST) {
            throw new IllegalStateException("values of one window: " + needed + " (expected: at most " + LARGEST + ")");
        }
        long roomy = Math.max(needed, size + (size >> 1) + 4L);
        values = Arrays.copyOf(values, (int) Math.min(roomy, LARGEST));
    }

    int size() {
        return size;
    }

    void merge(Values later) {
        if (later.size == 0) {
            return;
        }
        if (size == 0) {
            values = Arrays.copyOf(later.values, later.size);
            size = later.size;
            sorted = later.sorted;
            return;
        }
        double[] others = later.inOrder();
        long total = (long) size + later.size;
        if (total > values.length) {
            grow(total);
        }
        if (sorted < size) {
            Arrays.sort(values, 0, size);
        }
        mergeInto(values, size, others, later.size);
        size = (int) total;
        sorted = size;
    }

    private static void mergeInto(double[] values, int size, double[] others, int count) {
        int mine = size - 1;
        int other = count - 1;
        int free = size + count - 1;
        while (other >= 0) {
            if (mine >= 0 && Double.compare(values[mine], others[other]) > 0) {
                values[free--] = values[mine--];
            } else {
                values[free--] = others[other--];
            }
        }
    }

    /** The numbers in order: the array itself or a sorted copy; {@link #size} of them count. */
    double[] inOrder() {
        if (sorted == size) {
            return values;
        }
        double[] copy = Arrays.copyOf(values, size);
        Arrays.sort(copy);
        return copy;
    }

    void write(DataOutput out) throws IOException {
        Compact.writeLong(size, out);
        Compact.writeLong(sorted, out);
        for (int i = 0; i < size; i++) {
            out.writeDouble(values[i]);
        }
    }

    static Values read(DataInput in) throws IOException {
        Values read = new Values();
        int size = Compact.readSize(in);
        int sorted = Compact.readSize(in);
        if (sorted > size) {
            throw new IOException("sorted values: " + sorted + " (expected: at most " + size + ")");
        }
        read.values = new double[size];
        for (int i = 0; i < size; i++) {
            read.values[i] = in.readDouble();
        }
        read.size = size;
        read.sorted = sorted;
        return read;
    }
}
