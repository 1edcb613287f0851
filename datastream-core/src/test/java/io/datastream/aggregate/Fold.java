package io.datastream.aggregate;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Ways to run an aggregation. */
final class Fold {
    private Fold() {}

    /** Adds the numbers one nanosecond apart, from time 0 on. */
    static <R> R numbers(Aggregation<Row, ?, R> aggregation, double... numbers) {
        return all(aggregation, rows(numbers));
    }

    static List<Timed> rows(double... numbers) {
        List<Timed> rows = new ArrayList<>();
        for (double number : numbers) {
            rows.add(new Timed(rows.size(), new Row(rows.size(), number, 0)));
        }
        return rows;
    }

    static <A, R> R all(Aggregation<Row, A, R> aggregation, List<Timed> records) {
        return aggregation.finish(accumulate(aggregation, records));
    }

    static <A> A accumulate(Aggregation<Row, A, ?> aggregation, List<Timed> records) {
        A accumulator = aggregation.create();
        addAll(aggregation, accumulator, records);
        return accumulator;
    }

    static <A> void addAll(Aggregation<Row, A, ?> aggregation, A accumulator, List<Timed> records) {
        try {
            for (Timed record : records) {
                aggregation.add(accumulator, record.time(), record.row());
            }
        } catch (Exception e) {
            throw new AssertionError("a function that cannot fail", e);
        }
    }

    /** Cuts the records at random places, and merges neighbours in random order; now and then by way of storage. */
    static <A, R> R inPieces(Aggregation<Row, A, R> aggregation, List<Timed> records, Random random) {
        List<A> pieces = new ArrayList<>();
        int start = 0;
        while (start < records.size()) {
            int end = Math.min(records.size(), start + random.nextInt(1 + records.size()));
            pieces.add(accumulate(aggregation, records.subList(start, end)));
            start = end;
        }
        pieces.add(aggregation.create());
        while (pieces.size() > 1) {
            int left = random.nextInt(pieces.size() - 1);
            A later = pieces.remove(left + 1);
            aggregation.merge(pieces.get(left), random.nextInt(4) == 0 ? copy(aggregation, later) : later);
        }
        return aggregation.finish(pieces.get(0));
    }

    static <A> byte[] stored(Aggregation<?, A, ?> aggregation, A accumulator) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            aggregation.codec().write(accumulator, new DataOutputStream(bytes));
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static <A> A restored(Aggregation<?, A, ?> aggregation, byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            A accumulator = aggregation.codec().read(aggregation.codec().version(), in);
            if (in.read() >= 0) {
                throw new AssertionError("bytes left over after reading " + aggregation.name());
            }
            return accumulator;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static <A> A copy(Aggregation<?, A, ?> aggregation, A accumulator) {
        return restored(aggregation, stored(aggregation, accumulator));
    }

    /** The aggregation as another process gets it. */
    @SuppressWarnings("unchecked")
    static <A, R> Aggregation<Row, A, R> shipped(Aggregation<Row, A, R> aggregation) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
                out.writeObject(aggregation);
            }
            try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
                return (Aggregation<Row, A, R>) in.readObject();
            }
        } catch (IOException | ClassNotFoundException e) {
            throw new AssertionError("ship " + aggregation.name(), e);
        }
    }

    /** Every number of a result, so that results can be compared whatever their type. */
    static double[] flat(Object result) {
        if (result instanceof Number number) {
            return new double[] {number.doubleValue()};
        }
        if (result instanceof List<?> list) {
            return list.stream().flatMapToDouble(e -> Arrays.stream(flat(e))).toArray();
        }
        if (result instanceof java.util.Optional<?> optional) {
            return optional.map(Fold::flat).orElse(new double[0]);
        }
        if (result instanceof Record) {
            return Arrays.stream(result.getClass().getRecordComponents())
                    .flatMapToDouble(component -> {
                        try {
                            return Arrays.stream(flat(component.getAccessor().invoke(result)));
                        } catch (ReflectiveOperationException e) {
                            throw new LinkageError(e.getMessage(), e);
                        }
                    })
                    .toArray();
        }
        throw new AssertionError("result of type " + result.getClass());
    }
}
