package io.datastream.alerts;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/** What a judge keeps of the records of a key: the last values, and the time of the last one. */
final class Memory {
    private final double[] values;
    /** How many there are; the oldest is overwritten next once all are. */
    private int count;

    private int next;
    private long lastTime;

    Memory(int size) {
        this.values = new double[size];
    }

    boolean isEmpty() {
        return count == 0;
    }

    boolean isFull() {
        return count == values.length;
    }

    void add(long time, double value) {
        values[next] = value;
        next = (next + 1) % values.length;
        count = Math.min(count + 1, values.length);
        lastTime = time;
    }

    double last() {
        return values[(next + values.length - 1) % values.length];
    }

    long lastTime() {
        return lastTime;
    }

    /** The values, in no order that counts. */
    double[] copy() {
        return Arrays.copyOf(values, count);
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(count);
        if (count == 0) {
            return;
        }
        out.writeLong(lastTime);
        for (int i = 0; i < count; i++) {
            out.writeDouble(values[(next + values.length - count + i) % values.length]); // the oldest first
        }
    }

    void read(DataInput in) throws IOException {
        int stored = in.readInt();
        if (stored > values.length) {
            throw new IOException("stored window: " + stored + " rows (expected: at most " + values.length
                    + "; a rule whose window has become smaller needs another name)");
        }
        if (stored == 0) {
            return;
        }
        long time = in.readLong();
        for (int i = 0; i < stored; i++) {
            add(time, in.readDouble());
        }
    }
}
