package io.datastream.testkit;

import io.datastream.aggregate.Aggregation;
import io.datastream.processor.StateCodec;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * An aggregation that shows every difference: a plain sum, whose bits depend on which numbers were added to which first,
 * and a hash of the sequence of records, which depends on their order.
 */
final class Trace implements Aggregation<Num, Trace.Acc, Trace.Result> {
    private static final long serialVersionUID = 1L;

    private static final long PRIME = 1_000_003;

    /** Sum, number and hash. */
    record Result(double sum, long count, long hash) {}

    /** Sum, number and hash so far. */
    static final class Acc {
        double sum;
        long count;
        long hash;
        long power = 1;

        void write(DataOutput out) throws IOException {
            out.writeDouble(sum);
            out.writeLong(count);
            out.writeLong(hash);
            out.writeLong(power);
        }

        static Acc read(DataInput in) throws IOException {
            Acc read = new Acc();
            read.sum = in.readDouble();
            read.count = in.readLong();
            read.hash = in.readLong();
            read.power = in.readLong();
            return read;
        }
    }

    @Override
    public Acc create() {
        return new Acc();
    }

    @Override
    public void add(Acc accumulator, long time, Num item) {
        accumulator.sum += item.value();
        accumulator.count++;
        long code = (Double.doubleToRawLongBits(item.value()) ^ (time * 31) ^ item.trace()) * 0x9E3779B97F4A7C15L;
        accumulator.hash = accumulator.hash * PRIME + code;
        accumulator.power *= PRIME;
    }

    @Override
    public void merge(Acc into, Acc later) {
        into.sum += later.sum;
        into.count += later.count;
        into.hash = into.hash * later.power + later.hash;
        into.power *= later.power;
    }

    @Override
    public Result finish(Acc accumulator) {
        return new Result(accumulator.sum, accumulator.count, accumulator.hash);
    }

    @Override
    public StateCodec<Acc> codec() {
        return StateCodec.of(Acc::write, Acc::read);
    }

    @Override
    public String name() {
        return "trace";
    }
}
