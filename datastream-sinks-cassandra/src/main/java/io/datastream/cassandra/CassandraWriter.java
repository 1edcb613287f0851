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
import java.util.Queue;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes the rows of one task. A full batch is sent before the next row is taken, so that a call that failed for a lost
 * connection can be repeated: nothing of its row has been kept. Requests of several batches may be under way at the same
 * time. What failed comes up at the next batch, or when all answers are waited for.
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
    private final Semaphore free;
    private final AtomicLong bytesUnderWay = new AtomicLong();
    private final Queue<Failure> failed = new ConcurrentLinkedQueue<>();
    private List<Row> waiting = new ArrayList<>();
    private long waitingBytes;
    private long oldestNanos;

    /** Whether rows of requests that failed are among those that wait. They hold up the next row. */
    private boolean isHeldUp;

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

    /** Rows of a request that failed. */
    private record Failure(List<Row> rows, Throwable reason) {}

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
        this.free = new Semaphore(definition.concurrency());
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
        if (isHeldUp) {
            flush();
        } else if (isDue()) {
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
        if (prepared == null) {
            return; // no row was taken
        }
        if (!waiting.isEmpty()) {
            send(prepared);
        }
        settle(prepared);
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

    /** Makes requests for all that waits, and does not wait for their answers; those that failed by now are looked at. */
    private void send(Prepared ready) {
        if (bytesUnderWay.get() > BATCH_BYTES) {
            awaitAnswers(); // a batch of large rows at a time
        }
        List<Row> rows = waiting;
        waiting = new ArrayList<>();
        waitingBytes = 0;
        parts(rows).forEach(part -> request(ready, part));
        if (!failed.isEmpty()) {
            settle(ready);
        }
    }

    /**
     * Waits for all answers. What may succeed at another try waits again, and what is refused is told when there is none of
     * that.
     */
    private void settle(Prepared ready) {
        awaitAnswers();
        List<Row> kept = new ArrayList<>();
        List<Throwable> troubles = new ArrayList<>();
        for (Failure refusal : failures(kept, troubles)) { // alone, to find the row that is
            refusal.rows().forEach(row -> request(ready, List.of(row)));
        }
        awaitAnswers();
        List<Failure> refused = failures(kept, troubles);
        if (!troubles.isEmpty()) {
            refused.forEach(refusal -> kept.addAll(refusal.rows()));
        }
        waiting.addAll(kept);
        waitingBytes += kept.stream().mapToLong(Row::bytes).sum();
        isHeldUp = !troubles.isEmpty();
        if (isHeldUp) {
            throw troubles.stream()
                    .filter(error -> Failures.kind(error) == Failures.Kind.FATAL)
                    .findFirst()
                    .map(error -> Failures.of(place, error))
                    .orElseGet(() -> Failures.of(place, troubles.get(0)));
        }
        for (Failure refusal : refused) {
            Row row = refusal.rows().get(0);
            String message = named(ready, row.values()) + Failures.text(refusal.reason());
            row.receipt().refuse(Failures.fatal(message, refusal.reason()));
        }
    }

    /**
     * Takes the requests that failed.
     *
     * @param kept takes the rows of those for which another try helps
     * @param troubles takes the reasons of those kept
     * @return those of which at least one row is refused
     */
    private List<Failure> failures(List<Row> kept, List<Throwable> troubles) {
        List<Failure> refused = new ArrayList<>();
        for (Failure failure = failed.poll(); failure != null; failure = failed.poll()) {
            if (Failures.kind(failure.reason()) == Failures.Kind.ROW) {
                refused.add(failure);
            } else {
                kept.addAll(failure.rows());
                troubles.add(failure.reason());
            }
        }
        return refused;
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

    /** Makes a request for the rows of a part, as soon as fewer than the greatest number are under way. */
    private void request(Prepared ready, List<Row> part) {
        long bytes = part.stream().mapToLong(Row::bytes).sum();
        free.acquireUninterruptibly(); // for at most the driver's time-out
        bytesUnderWay.addAndGet(bytes);
        answer(ready, part).whenComplete((rows, error) -> {
            if (error != null) {
                failed.add(new Failure(part, error));
            }
            bytesUnderWay.addAndGet(-bytes);
            free.release();
        });
    }

    private CompletionStage<?> answer(Prepared ready, List<Row> part) {
        try {
            return ready.session().executeAsync(statement(part));
        } catch (RuntimeException e) { // such as a session that its owner has closed
            return CompletableFuture.failedFuture(e);
        }
    }

    private void awaitAnswers() {
        free.acquireUninterruptibly(definition.concurrency());
        free.release(definition.concurrency());
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
