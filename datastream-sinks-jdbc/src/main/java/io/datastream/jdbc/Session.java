package io.datastream.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one connection of a writer: opened when it is needed, checked when it was not used for a while, thrown away after
 * an error, and then opened again.
 */
final class Session {
    private static final Logger LOG = LoggerFactory.getLogger(Session.class);
    private static final long UNCHECKED_NANOS = 10_000_000_000L;
    private static final int CHECK_SECONDS = 5;

    private final JdbcConnection source;
    private final String place;
    private final int timeoutMillis;
    private final LongSupplier nanoTime;

    private @Nullable Connection connection;
    private @Nullable Dialect dialect;
    private Dialect.@Nullable Rows rows;
    private boolean autoCommitBefore;
    private int timeoutBefore;
    private long usedNanos;
    private long opened;

    Session(JdbcConnection source, String place, int timeoutMillis, LongSupplier nanoTime) {
        this.source = source;
        this.place = place;
        this.timeoutMillis = timeoutMillis;
        this.nanoTime = nanoTime;
    }

    /** An open connection in a transaction of its own. */
    Connection connection() throws SQLException {
        long now = nanoTime.getAsLong();
        Connection current = connection;
        if (current != null && now - usedNanos > UNCHECKED_NANOS && !current.isValid(CHECK_SECONDS)) {
            LOG.info("{}: connection lost while idle", place);
            discard(null);
            current = null;
        }
        if (current == null) {
            current = open();
            connection = current;
        }
        usedNanos = now;
        return current;
    }

    private Connection open() throws SQLException {
        Connection fresh = source.open(timeoutMillis);
        try {
            autoCommitBefore = fresh.getAutoCommit();
            timeoutBefore = limitSilence(fresh);
            fresh.setAutoCommit(false);
        } catch (SQLException e) {
            closeAfter(e, fresh);
            throw e;
        }
        if (opened++ > 0) {
            LOG.info("{}: connected again", place);
        }
        return fresh;
    }

    private int limitSilence(Connection fresh) throws SQLException {
        try {
            int before = fresh.getNetworkTimeout();
            fresh.setNetworkTimeout(Runnable::run, timeoutMillis);
            return before;
        } catch (SQLFeatureNotSupportedException e) {
            LOG.debug("{}: the driver knows no network timeout", place, e);
            return -1;
        }
    }

    /** The connection that is in use, unchecked, as a command may be under way on it. */
    Connection current() throws SQLException {
        Connection current = connection;
        if (current == null) {
            throw new SQLException("the connection is lost", "08003");
        }
        return current;
    }

    /** How many connections were opened: a transaction goes on while this stays as it is. */
    long opened() {
        return opened;
    }

    /** The dialect of the database. */
    Dialect dialect() throws SQLException {
        Dialect known = dialect;
        if (known == null) {
            Connection current = connection();
            try {
                known = source.dialect(current);
            } catch (IllegalArgumentException e) {
                throw Failures.fatal(place + ", " + e.getMessage(), e);
            }
            dialect = known;
        }
        return known;
    }

    /** The statement that writes rows, prepared on the present connection. */
    Dialect.Rows rows(Dialect dialect, Target target) throws SQLException {
        Connection current = connection();
        Dialect.Rows prepared = rows;
        if (prepared == null) {
            prepared = dialect.prepare(current, target);
            rows = prepared;
        }
        return prepared;
    }

    /** Closes the statement that writes rows, so that the next one may be another. */
    void forgetRows() throws SQLException {
        Dialect.Rows prepared = rows;
        rows = null;
        if (prepared != null) {
            prepared.close();
        }
    }

    /** Gives the connection up. An error in doing so is added to the one that led here. */
    void discard(@Nullable SQLException reason) {
        Connection lost = connection;
        connection = null;
        dropRows();
        if (lost == null) {
            return;
        }
        try {
            if (!lost.isClosed()) {
                lost.rollback();
            }
        } catch (SQLException e) {
            closeAfter(e, lost);
            note(reason, e);
            return;
        }
        try {
            giveBack(lost);
        } catch (SQLException e) {
            note(reason, e);
        }
    }

    private void dropRows() {
        Dialect.Rows prepared = rows;
        rows = null;
        if (prepared != null) {
            prepared.abandon();
        }
    }

    private void note(@Nullable SQLException reason, SQLException further) {
        if (reason != null && reason != further) {
            reason.addSuppressed(further);
        } else {
            LOG.debug("{}: giving up a connection", place, further);
        }
    }

    /** Ends the connection, in good order if it is still alive. */
    void close() {
        Connection last = connection;
        connection = null;
        dropRows();
        if (last == null) {
            return;
        }
        try {
            if (!last.isClosed()) {
                last.rollback();
            }
            giveBack(last);
        } catch (SQLException e) {
            closeAfter(e, last);
            LOG.warn("{}: closing the connection: {}", place, Failures.text(e));
        }
    }

    /** A pool gets the connection back as it was. */
    private void giveBack(Connection last) throws SQLException {
        if (!last.isClosed()) {
            last.setAutoCommit(autoCommitBefore);
            if (timeoutBefore >= 0) {
                last.setNetworkTimeout(Runnable::run, timeoutBefore);
            }
        }
        last.close();
    }

    private static void closeAfter(SQLException error, Connection broken) {
        try {
            broken.close();
        } catch (SQLException e) {
            if (e != error) {
                error.addSuppressed(e);
            }
        }
    }
}
