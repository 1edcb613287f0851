package io.datastream.aggregate;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What the functions of a combination returned for one record, in the order of its parts, until all of them have
 * returned and the parts may change. One for each thread, reused, so that a record allocates nothing; a stack, so that an
 * aggregation of a user's own may use a combination while it is part of another.
 */
final class Readings {
    private static final ThreadLocal<Readings> OF_THREAD = ThreadLocal.withInitial(Readings::new);

    private double[] numbers = new double[16];
    private @Nullable Object[] items = new Object[8];
    private int numberEnd;
    private int itemEnd;
    private int nextNumber;
    private int nextItem;

    private Readings() {}

    static Readings ofThread() {
        return OF_THREAD.get();
    }

    /** Where the readings of a new record begin. */
    long mark() {
        return (long) numberEnd << 32 | itemEnd;
    }

    /** Goes back to the first reading since the mark. */
    void rewind(long mark) {
        nextNumber = (int) (mark >>> 32);
        nextItem = (int) mark;
    }

    /** Forgets the readings since the mark. */
    void release(long mark) {
        numberEnd = (int) (mark >>> 32);
        int end = itemEnd;
        itemEnd = (int) mark;
        if (end > itemEnd) {
            Arrays.fill(items, itemEnd, end, null);
        }
    }

    void putNumber(double number) {
        if (numberEnd == numbers.length) {
            numbers = Arrays.copyOf(numbers, 2 * numberEnd);
        }
        numbers[numberEnd++] = number;
    }

    void putItem(@Nullable Object item) {
        if (itemEnd == items.length) {
            items = Arrays.copyOf(items, 2 * itemEnd);
        }
        items[itemEnd++] = item;
    }

    double number() {
        return numbers[nextNumber++];
    }

    /** The next item; the caller knows its type, for it was put in by the same part. */
    @SuppressWarnings({"unchecked", "NullAway"})
    <T> T item() {
        return (T) items[nextItem++];
    }
}
