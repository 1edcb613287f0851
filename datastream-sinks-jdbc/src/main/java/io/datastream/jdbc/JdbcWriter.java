package io.datastream.jdbc;

import io.datastream.sink.SinkContext;
import io.datastream.sink.row.RowMapping;
import java.sql.SQLException;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the rows of one task, a transaction for each batch. A full batch is sent before the next row is taken, so that a
 * call that failed for a lost connection can be repeated: nothing of its row has been kept.
 */
final class JdbcWriter<T> extends TableWriter<T> {
    private static final Logger LOG = LoggerFactory.getLogger(JdbcWriter.class);

    private @Nullable Batch batch;

    /** What has taken all rows of the batch already; null if nothing has. */
    private Dialect.@Nullable Streamed ahead;

    JdbcWriter(
            Definition definition,
            RowMapping mapping,
            JdbcConnection connection,
            SinkContext context,
            LongSupplier nanoTime) {
        super(definition, mapping, connection, context, nanoTime);
    }

    @Override
    int waiting() {
        return batch == null ? 0 : batch.size();
    }

    @Override
    void add(Prepared ready, Row row) {
        Batch open = batch;
        if (open == null) {
            open = new Batch(ready.key());
            batch = open;
        }
        open.add(row);
        sendAhead(ready, row, open.size() == 1);
    }

    /** Lets the database begin with rows that are added while more are coming. An error is told when the batch is sent. */
    private void sendAhead(Prepared ready, Row row, boolean isFirst) {
        try {
            if (isFirst) {
                ahead = session.rows(ready.dialect(), ready.target()) instanceof Dialect.Streamed streamed
                        ? streamed
                        : null;
            }
            if (ahead != null) {
                ahead.take(row.values());
            }
        } catch (SQLException e) {
            LOG.debug("{}: the batch will be sent again (SQLSTATE {})", place, e.getSQLState());
            ahead = null;
            session.discard(e);
        }
    }

    @Override
    void send(Prepared ready) {
        Batch sent = batch;
        if (sent == null) {
            return;
        }
        List<Row> rows = sent.rows();
        Halving halving = new Halving();
        try {
            List<Halving.Refused> refused = List.of();
            try {
                commit(ready, rows);
            } catch (SQLException e) {
                if (Failures.kind(e) != Failures.Kind.ROW) {
                    throw e;
                }
                session.discard(e);
                refused = halving.run(rows, e, part -> commitPart(ready, part));
            }
            sent.clear();
            refused.forEach(one -> one.row().receipt().refuse(refusal(ready.target(), one)));
        } catch (SQLException e) {
            List<Row> left = halving.left();
            if (!left.isEmpty()) {
                sent.retain(left);
            }
            throw failed(e);
        }
    }

    /** Writes rows in a transaction. */
    private void commit(Prepared ready, List<Row> rows) throws SQLException {
        Dialect.Streamed begun = ahead;
        ahead = null;
        if (begun != null) {
            begun.finish();
            session.current().commit();
            return;
        }
        session.rows(ready.dialect(), ready.target()).write(values(rows));
        session.connection().commit();
    }

    /** Each part in a transaction of its own, so that deferred constraints count as well. */
    private void commitPart(Prepared ready, List<Row> rows) throws SQLException {
        try {
            commit(ready, rows);
        } catch (SQLException e) {
            session.discard(e);
            throw e;
        }
    }
}
