package io.datastream.aggregate;

import io.datastream.codec.Codec;
import io.datastream.function.Fn;
import io.datastream.processor.StateCodec;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Items in order of time, and of arrival among those of the same time. What comes late is moved forward from the end: no
 * cost for items in order, and one move for each item it passes otherwise.
 */
final class Collected<E> {
    private static final int LARGEST = Integer.MAX_VALUE - 8;

    private long[] times = {};
    private @Nullable Object[] items = {};
    private int size;

    void add(long time, E item) {
        grow(size + 1L);
        int place = size;
        while (place > 0 && times[place - 1] > time) {
            place--;
        }
        if (place < size) {
            System.arraycopy(times, place, times, place + 1, size - place);
            System.arraycopy(items, place, items, place + 1, size - place);
        }
        times[place] = time;
        items[place] = item;
        size++;
    }

    private void grow(long needed) {
        if (needed <= times.length) {
            return;
        }
        if (needed > LARGEST) {
            throw new IllegalStateException("items of one window: " + needed + " (expected: at most " + LARGEST + ")");
        }
        int length = (int) Math.min(Math.max(needed, size + (size >> 1) + 4L), LARGEST);
        times = Arrays.copyOf(times, length);
        items = Arrays.copyOf(items, length);
    }

    void merge(Collected<E> later) {
        grow((long) size + later.size);
        int mine = size - 1;
        int other = later.size - 1;
        size += later.size;
        int free = size - 1;
        while (other >= 0) {
            if (mine >= 0 && times[mine] > later.times[other]) {
                times[free] = times[mine];
                items[free--] = items[mine--];
            } else {
                times[free] = later.times[other];
                items[free--] = later.items[other--];
            }
        }
    }

    @SuppressWarnings({"unchecked", "NullAway"})
    private E item(int index) {
        return (E) items[index];
    }

    /** A list that later changes of this do not reach. */
    @SuppressWarnings({"unchecked", "NullAway"})
    List<E> toList() {
        return Collections.unmodifiableList((List<E>) Arrays.asList(Arrays.copyOf(items, size)));
    }

    private void write(Codec<E> codec, DataOutput out) throws IOException {
        Compact.writeLong(size, out);
        long before = 0;
        for (int i = 0; i < size; i++) {
            // from the second on, the distance to the one before; it is not negative, or it wraps around and back
            Compact.writeLong(times[i] - before, out);
            before = times[i];
            Items.write(item(i), codec, out);
        }
    }

    private static <E> Collected<E> read(Codec<E> codec, DataInput in) throws IOException {
        Collected<E> read = new Collected<>();
        int size = Compact.readSize(in);
        long time = 0;
        for (int i = 0; i < size; i++) {
            time += Compact.readLong(in);
            read.add(time, Items.read(codec, in));
        }
        return read;
    }

    /** Collects what a function makes of each record. */
    static final class ToList<T, E> extends Staged<T, Collected<E>, List<E>> {
        private final Fn<? super T, ? extends @Nullable E> element;

        ToList(Fn<? super T, ? extends @Nullable E> element, Codec<E> codec) {
            super(
                    "collect-list",
                    StateCodec.of((items, out) -> items.write(codec, out), in -> Collected.read(codec, in)));
            this.element = element;
        }

        @Override
        public Collected<E> create() {
            return new Collected<>();
        }

        @Override
        public void add(Collected<E> accumulator, long time, T item) throws Exception {
            E made = element.apply(item);
            if (made != null) {
                accumulator.add(time, made);
            }
        }

        @Override
        void read(long time, T item, Readings readings) throws Exception {
            readings.putItem(element.apply(item));
        }

        @Override
        void apply(Collected<E> accumulator, long time, Readings readings) {
            E made = readings.item();
            if (made != null) {
                accumulator.add(time, made);
            }
        }

        @Override
        public void merge(Collected<E> into, Collected<E> later) {
            into.merge(later);
        }

        @Override
        public List<E> finish(Collected<E> accumulator) {
            return accumulator.toList();
        }
    }
}
