package io.datastream.engine;

import java.util.Arrays;

/** What is noted of the records of an open slice, by origin. */
final class WindowNotes {
    private static final int LOWEST = 0;
    private static final int HIGHEST = 1;
    private static final int COUNT = 2;
    private static final int FILLED = 3;
    private static final int WIDTH = 4;

    /** Whether there were records of which nothing is known, because they came before a restart. */
    boolean isRestored;

    private long[] numbers = new long[0];

    /** Makes room for a further origin, at this place. */
    void insert(int origin) {
        int at = origin * WIDTH;
        long[] wider = Arrays.copyOf(numbers, numbers.length + WIDTH);
        System.arraycopy(numbers, at, wider, at + WIDTH, numbers.length - at);
        wider[at + LOWEST] = Long.MAX_VALUE;
        wider[at + HIGHEST] = -1;
        wider[at + COUNT] = 0;
        wider[at + FILLED] = 0;
        numbers = wider;
    }

    /** A record was used. */
    void add(int origin, long offset, boolean isFilled) {
        int at = origin * WIDTH;
        if (offset >= 0) {
            numbers[at + LOWEST] = Math.min(numbers[at + LOWEST], offset);
            numbers[at + HIGHEST] = Math.max(numbers[at + HIGHEST], offset);
        }
        numbers[at + COUNT]++;
        if (isFilled) {
            numbers[at + FILLED]++;
        }
    }

    long lowest(int origin) {
        return numbers[origin * WIDTH + LOWEST];
    }

    /** Negative if no record has an offset. */
    long highest(int origin) {
        return numbers[origin * WIDTH + HIGHEST];
    }

    long count(int origin) {
        return numbers[origin * WIDTH + COUNT];
    }

    long filled(int origin) {
        return numbers[origin * WIDTH + FILLED];
    }
}
