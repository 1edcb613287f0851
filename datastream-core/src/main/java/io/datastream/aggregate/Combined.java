package io.datastream.aggregate;

import io.datastream.function.Fn;
import io.datastream.processor.StateCodec;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Several aggregations of the same records, and one result of all.
 *
 * <p>A record is added in two rounds: first all functions are called, then all accumulators are changed. An aggregation
 * that is not of this package cannot be split like that: the last one of these is asked to add its record between the
 * rounds, and the others get an accumulator for the record, which is merged in the second round. So a function that
 * throws leaves all of them as they were.
 *
 * <p>Most parts are aggregations of one number: they are asked for it and given it without two virtual calls.
 */
final class Combined<T, R> extends Staged<T, Object[], R> {
    private static final int LONGEST_NAME = 60;

    private final Staged<T, Object, ?>[] parts;
    private final Fn<? super Object[], ? extends R> result;

    // The part that adds its record between the rounds, or -1.
    private final int direct;

    Combined(List<? extends Aggregation<? super T, ?, ?>> aggregations, Fn<? super Object[], ? extends R> result) {
        this(staged(aggregations), result);
    }

    private Combined(Staged<T, Object, ?>[] parts, Fn<? super Object[], ? extends R> result) {
        super(name(parts), new PartsCodec(parts));
        this.parts = parts;
        this.result = result;
        int last = parts.length - 1;
        while (last >= 0 && !(parts[last] instanceof ByMerging)) {
            last--;
        }
        this.direct = last;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static <T> Staged<T, Object, ?>[] staged(List<? extends Aggregation<? super T, ?, ?>> aggregations) {
        return aggregations.stream().map(part -> Staged.of((Aggregation) part)).toArray(Staged[]::new);
    }

    private static String name(Staged<?, Object, ?>[] parts) {
        String name = List.of(parts).stream().map(Staged::name).collect(Collectors.joining("-"));
        return name.length() <= LONGEST_NAME ? name : "combination-of-" + parts.length;
    }

    @Override
    public Object[] create() {
        Object[] accumulators = new Object[parts.length];
        for (int i = 0; i < parts.length; i++) {
            accumulators[i] = parts[i].create();
        }
        return accumulators;
    }

    @Override
    public void add(Object[] accumulators, long time, T item) throws Exception {
        Readings readings = Readings.ofThread();
        long mark = readings.mark();
        try {
            for (int i = 0; i < parts.length; i++) {
                Staged<T, Object, ?> part = parts[i];
                if (part instanceof OfNumber<T, Object, ?> number) {
                    readings.putNumber(number.value.applyAsDouble(item));
                } else if (i != direct) {
                    part.read(time, item, readings);
                }
            }
            if (direct >= 0) {
                parts[direct].add(accumulators[direct], time, item);
            }
            readings.rewind(mark);
            for (int i = 0; i < parts.length; i++) {
                Staged<T, Object, ?> part = parts[i];
                if (part instanceof OfNumber<T, Object, ?> number) {
                    number.add(accumulators[i], time, readings.number());
                } else if (i != direct) {
                    part.apply(accumulators[i], time, readings);
                }
            }
        } finally {
            readings.release(mark);
        }
    }

    @Override
    void read(long time, T item, Readings readings) throws Exception {
        for (Staged<T, Object, ?> part : parts) {
            part.read(time, item, readings);
        }
    }

    @Override
    void apply(Object[] accumulators, long time, Readings readings) {
        for (int i = 0; i < parts.length; i++) {
            parts[i].apply(accumulators[i], time, readings);
        }
    }

    @Override
    public void merge(Object[] into, Object[] later) {
        for (int i = 0; i < parts.length; i++) {
            parts[i].merge(into[i], later[i]);
        }
    }

    @Override
    public R finish(Object[] accumulators) {
        Object[] results = new Object[parts.length];
        for (int i = 0; i < parts.length; i++) {
            results[i] = parts[i].finish(accumulators[i]);
        }
        return Adapters.result(name(), result, results);
    }

    /** The accumulators one after the other, each with the version of its codec. */
    private static final class PartsCodec implements StateCodec<Object[]> {
        private final Staged<?, Object, ?>[] parts;

        PartsCodec(Staged<?, Object, ?>[] parts) {
            this.parts = parts;
        }

        @Override
        public void write(Object[] accumulators, DataOutput out) throws IOException {
            for (int i = 0; i < parts.length; i++) {
                StateCodec<Object> codec = parts[i].codec();
                out.writeByte(codec.version());
                codec.write(accumulators[i], out);
            }
        }

        @Override
        public Object[] read(int version, DataInput in) throws IOException {
            Object[] accumulators = new Object[parts.length];
            for (int i = 0; i < parts.length; i++) {
                StateCodec<Object> codec = parts[i].codec();
                int written = in.readUnsignedByte();
                if (written > codec.version()) {
                    throw new IOException("stored version of " + parts[i].name() + ": " + written
                            + " (expected: at most " + codec.version() + ")");
                }
                accumulators[i] = codec.read(written, in);
            }
            return accumulators;
        }
    }
}
