package io.datastream.runtime;

import io.datastream.engine.KeyedTask;
import java.util.Arrays;

/** Rows and watermarks on their way from one worker to another: first the rows, then the watermarks. */
final class RowBatch {
    static final int FULL = 512;

    private KeyedTask[] tasks = new KeyedTask[64];
    private int[] ports = new int[64];
    private int[] origins = new int[64];
    private long[] offsets = new long[64];
    private long[] times = new long[64];
    private long[] behind = new long[64];
    private Object[] keys = new Object[64];
    private Object[] values = new Object[64];
    private int rows;
    private KeyedTask[] markTasks = new KeyedTask[16];
    private int[] markOrigins = new int[16];
    private long[] marks = new long[16];
    private boolean[] idleMarks = new boolean[16];
    private int markCount;

    void row(KeyedTask task, int port, int origin, long offset, long time, long behindOf, Object key, Object value) {
        if (rows == ports.length) {
            int size = rows * 2;
            tasks = Arrays.copyOf(tasks, size);
            ports = Arrays.copyOf(ports, size);
            origins = Arrays.copyOf(origins, size);
            offsets = Arrays.copyOf(offsets, size);
            times = Arrays.copyOf(times, size);
            behind = Arrays.copyOf(behind, size);
            keys = Arrays.copyOf(keys, size);
            values = Arrays.copyOf(values, size);
        }
        tasks[rows] = task;
        ports[rows] = port;
        origins[rows] = origin;
        offsets[rows] = offset;
        times[rows] = time;
        behind[rows] = behindOf;
        keys[rows] = key;
        values[rows++] = value;
    }

    void watermark(KeyedTask task, int origin, long watermark, boolean isIdle) {
        if (markCount == marks.length) {
            int size = markCount * 2;
            markTasks = Arrays.copyOf(markTasks, size);
            markOrigins = Arrays.copyOf(markOrigins, size);
            marks = Arrays.copyOf(marks, size);
            idleMarks = Arrays.copyOf(idleMarks, size);
        }
        markTasks[markCount] = task;
        markOrigins[markCount] = origin;
        idleMarks[markCount] = isIdle;
        marks[markCount++] = watermark;
    }

    /** A watermark says something of all rows before it, so rows after one belong in the next batch. */
    boolean isClosed() {
        return markCount > 0 || rows >= FULL;
    }

    boolean isEmpty() {
        return rows == 0 && markCount == 0;
    }

    void deliver() {
        for (int i = 0; i < rows; i++) {
            tasks[i].row(ports[i], origins[i], offsets[i], times[i], behind[i], keys[i], values[i]);
        }
        for (int i = 0; i < markCount; i++) {
            markTasks[i].watermark(markOrigins[i], marks[i], idleMarks[i]);
        }
    }
}
