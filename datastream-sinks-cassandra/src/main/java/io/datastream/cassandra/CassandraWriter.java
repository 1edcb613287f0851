package io.datastream.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.BatchStatement;
import com.datastax.oss.driver.api.core.cql.BatchableStatement;
import com.datastax.oss.driver.api.core.cql.BoundStatement;
import com.datastax.oss.driver.api.core.cql.BoundStatementBuilder;
import com.datastax.oss.driver.api.core.cql.DefaultBatchType;
import com.datastax.oss.driver.api.core.cql.PreparedStatement;
import com.datastax.oss.driver.api.core.cql.Statement;
import io.datastream.codec.CodecException;
import io.datastream.sink.Receipt;
import io.datastream.sink.SinkContext;
import io.datastream.sink.SinkException;
import io.datastream.sink.SinkWriter;
import io.datastream.sink.row.ColumnValues;
import io.datastream.sink.row.RowLayout;
import io.datastream.sink.row.RowMapping;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes the rows of one task. A full batch is sent before the next row is taken, so that a call that failed for a lost
 * connection can be repeated: nothing of its row has been kept.
 *
 * <p>Requests may be done in any order and several times: each row carries the time of its event as its time of writing,
 * so the database itself says which of two rows with the same key is newer.
 */
final class CassandraWriter<T> implements SinkWriter<T> {
    /** Rows and bytes of a partition that one request takes; a larger row goes alone. */
    private static final int REQUEST_ROWS = 100;

    private static final int REQUEST_BYTES = 64 * 1024;

    /** A batch of this size is sent although it has few rows. */
    private static final long BATCH_BYTES = 4 * 1024 * 1024;

    /** What a node takes, unless it was told otherwise: half a segment of its log, and the longest message. */
    private static final int MOST_BYTES = 16 * 1024 * 1024;

    private static final long NANOS_OF_MICRO = 1_000;

    private final Definition definition;
    private final RowMapping mapping;
    private final CassandraConnection connection;
    private final SinkContext context;
    private final LongSupplier nanoTime;
    private final String place;

    private @Nullable CqlSession session;
    private @Nullable Prepared prepared;
    private List<Row> waiting = new ArrayList<>();
    private long waitingBytes;
    private long oldestNanos;
    private boolean closed;

    /** What is known once the table was looked at. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Prepared(
            CqlSession session, RowLayout layout, Target target, boolean[] key, PreparedStatement statement) {}

    /** A row that waits. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Row(BoundStatement statement, @Nullable Object[] values, int bytes, Receipt receipt) {}

    /** Rows of one partition for one request. */
    private static final class Part {
        final List<Row> rows = new ArrayList<>();
        private int bytes;

        boolean hasRoomFor(Row row) {
            return rows.size() < REQUEST_ROWS && bytes + row.bytes() <= REQUEST_BYTES;
        }

        void add(Row row) {
            rows.add(row);
            bytes += row.bytes();
        }
    }

    private record Refusal(Row row, Throwable reason) {}

    CassandraWriter(
            Definition definition,
            RowMapping mapping,
            CassandraConnection connection,
            SinkContext context,
            LongSupplier nanoTime) {
        this.definition = definition;
        this.mapping = mapping;
        this.connection = connection;
        this.context = context;
        this.nanoTime = nanoTime;
        this.place = definition.place();
    }

    /** Connects and looks at the table, as far as the columns are known. */
    CassandraWriter<T> opened() {
        try {
            session = Sessions.acquire(connection);
            if (mapping.isKnown()) {
                prepare(null);
            } else {
                new TableCheck(definition, session()).exists();
            }
            return this;
        } catch (SinkException e) {
            close();
            throw e;
        } catch (RuntimeException e) {
            close();
            throw Failures.of(place, e);
        }
    }

    @Override
    public void write(long time, T value) {
        checkOpen();
        Prepared ready = prepared == null ? prepare(value) : prepared;
        if (isDue()) {
            send(ready);
        }
        Row row = row(ready, time, value);
        if (waiting.isEmpty()) {
            oldestNanos = nanoTime.getAsLong();
        }
        waiting.add(row);
        waitingBytes += row.bytes();
    }

    private boolean isDue() {
        return waiting.size() >= definition.batchRows()
                || waitingBytes >= BATCH_BYTES
                || (!waiting.isEmpty() && nanoTime.getAsLong() - oldestNanos >= definition.batchNanos());
    }

    private Row row(Prepared ready, long time, T value) {
        @Nullable Object[] values;
        try {
            values = ready.layout().row(time, value, ready.key());
        } catch (RowLayout.BadValue e) {
            throw new CodecException(place + ", " + e.text(), e);
        }
        BoundStatement statement;
        try {
            statement = bind(ready, Math.floorDiv(time, NANOS_OF_MICRO), values);
        } catch (RuntimeException e) { // such as a character that is not ASCII, for a column of that
            throw new CodecException(named(ready, values) + e.getMessage(), e);
        }
        int bytes = bytes(statement);
        if (bytes > MOST_BYTES) {
            throw new CodecException(
                    named(ready, values) + bytes + " bytes (expected: at most " + MOST_BYTES + ", as Cassandra takes)");
        }
        return new Row(statement, values, bytes, context.receipt());
    }

    private static int bytes(BoundStatement statement) {
        long bytes = 0;
        for (ByteBuffer value : statement.getValues()) {
            bytes += value == null ? 0 : value.remaining();
        }
        return (int) Math.min(bytes, Integer.MAX_VALUE);
    }

    private BoundStatement bind(Prepared ready, long micros, @Nullable Object[] values) {
        BoundStatementBuilder bound = ready.statement().boundStatementBuilder();
        for (int i = 0; i < values.length; i++) {
            Object value = values[i];
            bound = value == null
                    ? bound.setToNull(i) // and not left as it is, so that a row is the one result that made it
                    : set(bound, i, CqlTypes.bound(value, ready.target().types().get(i)));
        }
        return bound.setLong(values.length, micros)
                .setIdempotence(true)
                .setConsistencyLevel(definition.consistency().level())
                .build();
    }

    @SuppressWarnings("unchecked") // the class is the value's own
    private static BoundStatementBuilder set(BoundStatementBuilder bound, int index, Object value) {
        return value instanceof ByteBuffer bytes
                ? bound.setByteBuffer(index, bytes)
                : bound.set(index, value, (Class<Object>) value.getClass());
    }

    @Override
    public void flush() {
        checkOpen();
        if (prepared != null && !waiting.isEmpty()) {
            send(prepared);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            if (session != null) {
                session = null;
                Sessions.release(connection);
            }
        }
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException(place + ": the writer is closed (expected: no more calls)");
        }
    }

    private CqlSession session() {
        if (session == null) {
            throw new IllegalStateException(place + ": the writer is not open (expected: opened() first)");
        }
        return session;
    }

    private Prepared prepare(@Nullable Object sample) {
        RowLayout layout;
        try {
            layout = mapping.layout(sample);
            if (definition.bucket() != null) {
                layout = definition.bucket().addTo(layout);
            }
        } catch (IllegalArgumentException e) {
            throw Failures.fatal(place + ", " + e.getMessage(), e);
        }
        try {
            Target target = new TableCheck(definition, session()).resolve(layout);
            PreparedStatement statement = session().prepare(target.insert(definition));
            Prepared ready = new Prepared(session(), layout, target, target.keyMask(), statement);
            prepared = ready;
            return ready;
        } catch (SinkException e) {
            throw e;
        } catch (RuntimeException e) {
            throw Failures.of(place, e);
        }
    }

    /** Sends all that waits. What may succeed at another try stays, and what is refused is told when there is none of that. */
    private void send(Prepared ready) {
        List<Row> kept = new ArrayList<>();
        List<Refusal> refused = new ArrayList<>();
        List<Throwable> troubles = new ArrayList<>();
        List<List<Row>> doubtful = request(ready, parts(waiting), kept, refused, troubles);
        List<List<Row>> alone =
                doubtful.stream().flatMap(List::stream).map(List::of).toList();
        request(ready, alone, kept, refused, troubles);
        if (!troubles.isEmpty()) {
            refused.forEach(refusal -> kept.add(refusal.row()));
        }
        waiting = kept;
        waitingBytes = kept.stream().mapToLong(Row::bytes).sum();
        if (!troubles.isEmpty()) {
            throw troubles.stream()
                    .filter(error -> Failures.kind(error) == Failures.Kind.FATAL)
                    .findFirst()
                    .map(error -> Failures.of(place, error))
                    .orElseGet(() -> Failures.of(place, troubles.get(0)));
        }
        for (Refusal refusal : refused) {
            String message = named(ready, refusal.row().values()) + Failures.text(refusal.reason());
            refusal.row().receipt().refuse(Failures.fatal(message, refusal.reason()));
        }
    }

    /** The rows of each partition, in parts that one request takes. */
    private static List<List<Row>> parts(List<Row> rows) {
        Map<ByteBuffer, Part> open = new HashMap<>();
        List<List<Row>> parts = new ArrayList<>();
        for (Row row : rows) {
            ByteBuffer partition = row.statement().getRoutingKey();
            if (partition == null) {
                throw new IllegalStateException("routing key: null (expected: the whole partition key is bound)");
            }
            Part part = open.get(partition);
            if (part == null || !part.hasRoomFor(row)) {
                part = new Part();
                parts.add(part.rows);
                open.put(partition, part);
            }
            part.add(row);
        }
        return parts;
    }

    /**
     * Makes a request for each part, a bounded number at the same time, and waits for all.
     *
     * @param kept takes the rows of those for which another try helps
     * @param refused takes rows that were alone and refused
     * @param troubles takes the reasons of those kept
     * @return parts of several rows of which at least one is refused
     */
    private List<List<Row>> request(
            Prepared ready, List<List<Row>> parts, List<Row> kept, List<Refusal> refused, List<Throwable> troubles) {
        Semaphore free = new Semaphore(definition.concurrency());
        List<CompletionStage<?>> answers = new ArrayList<>(parts.size());
        for (List<Row> part : parts) {
            free.acquireUninterruptibly(); // for at most the driver's time-out
            CompletionStage<?> answer = ready.session().executeAsync(statement(part));
            answers.add(answer.whenComplete((rows, error) -> free.release()));
        }
        List<List<Row>> doubtful = new ArrayList<>();
        for (int i = 0; i < parts.size(); i++) {
            List<Row> part = parts.get(i);
            Throwable error = error(answers.get(i));
            if (error == null) {
                continue;
            }
            if (Failures.kind(error) != Failures.Kind.ROW) {
                kept.addAll(part);
                troubles.add(error);
            } else if (part.size() > 1) {
                doubtful.add(part);
            } else {
                refused.add(new Refusal(part.get(0), error));
            }
        }
        return doubtful;
    }

    private Statement<?> statement(List<Row> part) {
        if (part.size() == 1) {
            return part.get(0).statement();
        }
        List<BatchableStatement<?>> statements = new ArrayList<>(part.size());
        part.forEach(row -> statements.add(row.statement()));
        return BatchStatement.newInstance(DefaultBatchType.UNLOGGED, statements)
                .setIdempotent(true)
                .setConsistencyLevel(definition.consistency().level());
    }

    private static @Nullable Throwable error(CompletionStage<?> answer) {
        try {
            answer.toCompletableFuture().join();
            return null;
        } catch (CompletionException e) {
            return e.getCause() == null ? e : e.getCause();
        }
    }

    /** The table and the key of a row. */
    private String named(Prepared ready, @Nullable Object[] values) {
        StringJoiner text = new StringJoiner(", ", place + ", row ", ": ");
        for (int i = 0; i < values.length; i++) {
            if (ready.key()[i]) {
                text.add(ready.target().columns().get(i) + "=" + ColumnValues.show(values[i]));
            }
        }
        return text.toString();
    }
}
