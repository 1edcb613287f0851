package io.datastream.jdbc;

import io.datastream.sink.SinkContext;
import io.datastream.sink.SinkException;
import io.datastream.sink.row.RowMapping;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes the rows of one task so that each is in the table once, whatever crashes.
 *
 * <p>The rows between two commits of the pipeline are one transaction, which stays open until the pipeline has committed;
 * so the database has seen, and not refused, every row of a commit. The pipeline's commit holds the rows as well. The
 * transaction then notes the number of the commit in the {@link CommitTable} and ends. If anything dies in between, the next
 * writer finds the rows in the commit, and by the table whether they are there already.
 *
 * <p>Invariant: {@code rows} are those since the last commit that the table is known to contain; the first {@code sent} of
 * them are in the open transaction, as long as the connection is the one they were sent by.
 */
final class ExactWriter<T> extends TableWriter<T> {
    /** Others may have taken over without this worker knowing yet; for how long that is taken for granted. */
    private static final Duration FENCED_PATIENCE = Duration.ofSeconds(60);

    private final LongSupplier nanoTime;
    private UUID writer = UUID.randomUUID();
    private CommitTable.@Nullable Entry entry;
    private List<Row> rows = new ArrayList<>();
    private int sent;
    private long sentBy;
    private @Nullable Prepared columns;

    /** Whether a transaction was ended without an answer. */
    private boolean uncertain;

    private long fencedSince;
    private boolean fenced;

    ExactWriter(
            Definition definition,
            RowMapping mapping,
            JdbcConnection connection,
            SinkContext context,
            LongSupplier nanoTime) {
        super(definition, mapping, connection, context, nanoTime);
        this.nanoTime = nanoTime;
    }

    /** Goes on from the commit that the pipeline goes on from. */
    @Override
    void begin() throws SQLException {
        if (session.dialect().hasOneWriterAtATime() && context.tasks() > 1) {
            throw Failures.fatal(
                    place + ": " + context.tasks() + " tasks write (expected: one for rows that are exactly once, as "
                            + session.dialect().product() + " lets one write at a time; or upsertInto())",
                    null);
        }
        Connection connection = session.connection();
        createTable(connection);
        byte[] restored = context.restored();
        if (restored == null) {
            return;
        }
        Pending pending;
        try {
            pending = Pending.decode(restored);
        } catch (IllegalArgumentException e) {
            throw Failures.fatal(place + ", " + e.getMessage(), e);
        }
        writer = pending.writer();
        CommitTable.Entry found = claim(connection);
        boolean isThere = found.commit() == pending.commit();
        boolean isNext =
                found.commit() == pending.commit() - 1 && !pending.rows().isEmpty();
        if (!isThere && !isNext) {
            throw Failures.fatal(
                    place + ": writer " + writer + " has come to commit " + found.commit()
                            + " in the database (expected: "
                            + pending.commit()
                            + ", as in the pipeline's last commit, or the one before; has one of them"
                            + " been put back, or does another go on from the same commit?)",
                    null);
        }
        if (isNext && pending.layout() != null) {
            for (@Nullable Object[] values : pending.rows()) {
                rows.add(new Row(values, error -> {
                    throw Failures.fatal(
                            place + ": a row of the last commit is refused now: " + error.getMessage(), error);
                }));
            }
            columns = prepare(pending.layout());
            finish(columns);
            session.forgetRows(); // results may have other columns now
            columns = null;
        }
    }

    private void createTable(Connection connection) throws SQLException {
        CommitTable table = table();
        try {
            table.create(connection);
        } catch (SQLException e) {
            if (Failures.kind(e) == Failures.Kind.RETRY) {
                throw e;
            }
            throw Failures.fatal(
                    place + ": the table of commits cannot be made: " + Failures.text(e) + " (expected: " + table.ddl()
                            + ")",
                    e);
        }
    }

    private CommitTable table() throws SQLException {
        return new CommitTable(session.dialect(), definition.schema());
    }

    private CommitTable.Entry claim(Connection connection) throws SQLException {
        String title = context.pipeline() + "/" + context.step() + "/" + context.task();
        CommitTable.Entry claimed = table().claim(connection, writer, title);
        entry = claimed;
        return claimed;
    }

    @Override
    int waiting() {
        return rows.size() - sent;
    }

    @Override
    void add(Prepared ready, Row row) {
        columns = ready;
        rows.add(row);
    }

    @Override
    void send(Prepared ready) {
        try {
            List<Halving.Refused> refused = sendAll(ready);
            refused.forEach(one -> one.row().receipt().refuse(refusal(ready.target(), one)));
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** Brings all rows into the open transaction, those too that were in one which was lost. */
    private List<Halving.Refused> sendAll(Prepared ready) throws SQLException {
        Connection connection = session.connection();
        if (session.opened() != sentBy) {
            sent = 0;
            sentBy = session.opened();
        }
        if (sent == 0) {
            if (entry == null) {
                claim(connection);
            }
            session.dialect().beginHeldTransaction(connection, definition.networkTimeoutMillis());
        }
        List<Halving.Refused> refused = new ArrayList<>();
        while (sent < rows.size()) {
            List<Row> part = rows.subList(sent, Math.min(rows.size(), sent + definition.batchRows()));
            Batch batch = new Batch(ready.key());
            part.forEach(batch::add);
            List<Halving.Refused> some = sendPart(connection, ready, batch.rows());
            int size = part.size();
            refused.addAll(some);
            sent += size;
            if (!some.isEmpty()) {
                forget(some);
                sent -= some.size();
            }
        }
        return refused;
    }

    private List<Halving.Refused> sendPart(Connection connection, Prepared ready, List<Row> part) throws SQLException {
        try {
            attempt(connection, ready, part);
            return List.of();
        } catch (SQLException e) {
            if (Failures.kind(e) != Failures.Kind.ROW) {
                throw e;
            }
            return new Halving().run(part, e, some -> attempt(connection, ready, some));
        }
    }

    private void attempt(Connection connection, Prepared ready, List<Row> part) throws SQLException {
        Savepoint before = connection.setSavepoint();
        try {
            session.rows(ready.dialect(), ready.target()).write(values(part));
        } catch (SQLException e) {
            if (Failures.kind(e) == Failures.Kind.ROW) {
                connection.rollback(before);
            }
            throw e;
        }
        connection.releaseSavepoint(before);
    }

    private void forget(List<Halving.Refused> refused) {
        Set<Row> gone = Collections.newSetFromMap(new IdentityHashMap<>());
        refused.forEach(one -> gone.add(one.row()));
        rows.removeIf(gone::contains);
    }

    @Override
    public byte @Nullable [] snapshot() {
        CommitTable.Entry known = entry;
        if (known == null) {
            return null; // nothing was written yet
        }
        return new Pending(
                        writer,
                        rows.isEmpty() ? known.commit() : known.commit() + 1,
                        columns == null ? null : columns.layout(),
                        rows.stream().map(Row::values).toList())
                .encode();
    }

    @Override
    public void committed() {
        checkOpen();
        if (rows.isEmpty() || columns == null) {
            return;
        }
        try {
            finish(columns);
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** Ends the transaction that holds the rows; makes it anew before if it was lost. */
    private void finish(Prepared ready) throws SQLException {
        Connection connection = session.connection();
        if (uncertain && isThere(connection)) {
            settled();
            return;
        }
        List<Halving.Refused> refused = sendAll(ready);
        if (!refused.isEmpty()) {
            session.discard(null);
            throw Failures.fatal(
                    refusal(ready.target(), refused.get(0)).getMessage()
                            + " (expected: none, as the row was not refused before the pipeline's commit)",
                    refused.get(0).reason());
        }
        CommitTable.Entry from = known();
        if (!table().advance(connection, writer, from)) {
            throw fenced();
        }
        uncertain = true;
        connection.commit();
        settled();
    }

    private boolean isThere(Connection connection) throws SQLException {
        CommitTable.Entry found = table().read(connection, writer);
        connection.rollback();
        if (found.token() != known().token()) {
            throw fenced();
        }
        return found.commit() == known().commit() + 1;
    }

    private CommitTable.Entry known() {
        CommitTable.Entry known = entry;
        if (known == null) {
            throw new IllegalStateException(place + ": rows without an entry of their writer");
        }
        return known;
    }

    private void settled() {
        uncertain = false;
        fenced = false;
        entry = new CommitTable.Entry(known().token(), known().commit() + 1);
        rows = new ArrayList<>();
        sent = 0;
    }

    /**
     * Another goes on with this writer's work. On Kafka that happens to a worker that stood still for long, which will learn
     * soon that its partition is another's; anywhere else it does not pass.
     */
    private SinkException fenced() {
        session.discard(null);
        if (!fenced) {
            fenced = true;
            fencedSince = nanoTime.getAsLong();
        }
        IllegalStateException cause =
                new IllegalStateException("token " + known().token() + " of " + writer + " is old");
        String message = place + ": another has taken over from writer " + writer
                + ", whose rows since its last commit are" + " refused (expected: one pipeline for each checkpoint)";
        return nanoTime.getAsLong() - fencedSince > FENCED_PATIENCE.toNanos()
                ? SinkException.fatal(message, cause)
                : SinkException.retryable(message, cause);
    }
}
