package io.datastream.aggregate;

import io.datastream.codec.Codec;
import io.datastream.function.ToDoubleFn;
import io.datastream.processor.StateCodec;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The record at one end: of time, or of a number's range. */
final class Items {
    private Items() {}

    /** Writes an item with its length. */
    static <T> void write(T item, Codec<T> codec, DataOutput out) throws IOException {
        byte[] bytes = codec.encode(item);
        Compact.writeLong(bytes.length, out);
        out.write(bytes);
    }

    /** Reads what {@link #write} wrote. */
    static <T> T read(Codec<T> codec, DataInput in) throws IOException {
        byte[] bytes = new byte[Compact.readSize(in)];
        in.readFully(bytes);
        return codec.decode(bytes);
    }

    /** An item, its time, and what it is ranked by, if by anything but time. */
    static final class Ranked<T> {
        @Nullable
        T item;

        long time;
        double rank = Double.NaN;

        void set(long time, T item, double rank) {
            this.time = time;
            this.item = item;
            this.rank = rank;
        }

        Optional<T> item() {
            return Optional.ofNullable(item);
        }

        static <T> StateCodec<Ranked<T>> codec(Codec<T> items) {
            return StateCodec.of((ranked, out) -> write(ranked, items, out), in -> read(items, in));
        }

        private static <T> void write(Ranked<T> ranked, Codec<T> items, DataOutput out) throws IOException {
            T item = ranked.item;
            out.writeBoolean(item != null);
            if (item != null) {
                out.writeLong(ranked.time);
                out.writeDouble(ranked.rank);
                Items.write(item, items, out);
            }
        }

        private static <T> Ranked<T> read(Codec<T> items, DataInput in) throws IOException {
            Ranked<T> read = new Ranked<>();
            if (in.readBoolean()) {
                long time = in.readLong();
                double rank = in.readDouble();
                read.set(time, Items.read(items, in), rank);
            }
            return read;
        }
    }

    /** The first or the last record. */
    static final class Edge<T> extends Staged<T, Ranked<T>, Optional<T>> {
        private final boolean last;

        Edge(boolean last, Codec<T> items) {
            super(last ? "last-item" : "first-item", Ranked.codec(items));
            this.last = last;
        }

        private void add(Ranked<T> accumulator, long time, T item, double rank) {
            if (accumulator.item == null || (last ? time >= accumulator.time : time < accumulator.time)) {
                accumulator.set(time, item, rank);
            }
        }

        @Override
        public Ranked<T> create() {
            return new Ranked<>();
        }

        @Override
        public void add(Ranked<T> accumulator, long time, T item) {
            add(accumulator, time, item, Double.NaN);
        }

        @Override
        void read(long time, T item, Readings readings) {
            readings.putItem(item);
        }

        @Override
        void apply(Ranked<T> accumulator, long time, Readings readings) {
            add(accumulator, time, readings.<T>item(), Double.NaN);
        }

        @Override
        public void merge(Ranked<T> into, Ranked<T> later) {
            T item = later.item;
            if (item != null) {
                add(into, later.time, item, Double.NaN);
            }
        }

        @Override
        public Optional<T> finish(Ranked<T> accumulator) {
            return accumulator.item();
        }
    }

    /** The record with the least or the greatest number; of equal ones, the first in time, then the first that came. */
    static final class Extreme<T> extends Staged<T, Ranked<T>, Optional<T>> {
        private final boolean greatest;
        private final ToDoubleFn<? super T> value;

        Extreme(boolean greatest, ToDoubleFn<? super T> value, Codec<T> items) {
            super(greatest ? "max-by" : "min-by", Ranked.codec(items));
            this.greatest = greatest;
            this.value = value;
        }

        private void add(Ranked<T> accumulator, long time, T item, double rank) {
            if (Double.isNaN(rank)) {
                return;
            }
            double best = accumulator.rank;
            boolean better = greatest ? rank > best : rank < best;
            if (better || rank == best && time < accumulator.time || Double.isNaN(best)) {
                accumulator.set(time, item, rank);
            }
        }

        @Override
        public Ranked<T> create() {
            return new Ranked<>();
        }

        @Override
        public void add(Ranked<T> accumulator, long time, T item) throws Exception {
            add(accumulator, time, item, value.applyAsDouble(item));
        }

        @Override
        void read(long time, T item, Readings readings) throws Exception {
            readings.putNumber(value.applyAsDouble(item));
            readings.putItem(item);
        }

        @Override
        void apply(Ranked<T> accumulator, long time, Readings readings) {
            double rank = readings.number();
            add(accumulator, time, readings.<T>item(), rank);
        }

        @Override
        public void merge(Ranked<T> into, Ranked<T> later) {
            T item = later.item;
            if (item != null) {
                add(into, later.time, item, later.rank);
            }
        }

        @Override
        public Optional<T> finish(Ranked<T> accumulator) {
            return accumulator.item();
        }
    }
}
