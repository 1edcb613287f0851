package io.datastream.aggregate;

import io.datastream.function.ToDoubleFn;
import io.datastream.processor.StateCodec;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** The first and the last number in event time. */
final class Edges {
    private Edges() {}

    /** A number and its time; NaN if there is none. */
    static final class Edge {
        long time;
        double value = Double.NaN;

        static final StateCodec<Edge> CODEC = StateCodec.of(Edge::write, Edge::read);

        private void write(DataOutput out) throws IOException {
            out.writeDouble(value);
            if (!Double.isNaN(value)) {
                out.writeLong(time);
            }
        }

        private static Edge read(DataInput in) throws IOException {
            Edge read = new Edge();
            read.value = in.readDouble();
            if (!Double.isNaN(read.value)) {
                read.time = in.readLong();
            }
            return read;
        }
    }

    /** The first number; of several at its time, the one that came first. */
    static final class First<T> extends OfNumber<T, Edge, Double> {
        First(ToDoubleFn<? super T> value) {
            super("first", Edge.CODEC, value);
        }

        @Override
        public Edge create() {
            return new Edge();
        }

        @Override
        void add(Edge accumulator, long time, double number) {
            if (!Double.isNaN(number) && (time < accumulator.time || Double.isNaN(accumulator.value))) {
                accumulator.time = time;
                accumulator.value = number;
            }
        }

        @Override
        public void merge(Edge into, Edge later) {
            add(into, later.time, later.value);
        }

        @Override
        public Double finish(Edge accumulator) {
            return accumulator.value;
        }
    }

    /** The last number; of several at its time, the one that came last. */
    static final class Last<T> extends OfNumber<T, Edge, Double> {
        Last(ToDoubleFn<? super T> value) {
            super("last", Edge.CODEC, value);
        }

        @Override
        public Edge create() {
            return new Edge();
        }

        @Override
        void add(Edge accumulator, long time, double number) {
            if (!Double.isNaN(number) && (time >= accumulator.time || Double.isNaN(accumulator.value))) {
                accumulator.time = time;
                accumulator.value = number;
            }
        }

        @Override
        public void merge(Edge into, Edge later) {
            add(into, later.time, later.value);
        }

        @Override
        public Double finish(Edge accumulator) {
            return accumulator.value;
        }
    }
}
