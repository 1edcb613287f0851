package io.datastream.jdbc;

import io.datastream.error.OneLine;
import io.datastream.sink.SinkException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Says what an error of the database means: whether another try helps, or whether a row is to blame. */
final class Failures {
    /** What can be done. */
    enum Kind {
        /** Another try, on another connection. */
        RETRY,
        /** Writing the rows one by one, to find the one that is refused. */
        ROW,
        /** Nothing. */
        FATAL
    }

    /** PostgreSQL: shut down, crashed, starting up, closed for idling, cancelled by a timeout, lock not available. */
    private static final Set<String> RETRY_STATES = Set.of(
            "57P01",
            "57P02",
            "57P03",
            "57P05",
            "57014",
            "55P03", //
            // serialization failure, deadlock, completion unknown, and a lock timeout of H2
            "40001",
            "40P01",
            "40003",
            "HYT00");

    /** H2: connection closed, connection broken, database closed, closed in the middle, exclusive mode, concurrent update. */
    private static final Set<Integer> H2_RETRY = Set.of(90007, 90067, 90098, 90121, 90135, 90131);

    /**
     * MariaDB: too many connections, of a user too, server going down, table or disk full, lock wait timeout, deadlock,
     * statement or connection killed, statement took too long.
     */
    private static final Set<Integer> MARIADB_RETRY =
            Set.of(1040, 1203, 1226, 1053, 1114, 1021, 1205, 1213, 1317, 1927, 1969);

    /** SQLite: busy, locked, disk full, file not to be opened now. */
    private static final Set<Integer> SQLITE_RETRY = Set.of(5, 6, 13, 14);

    /** SQLite: too big, constraint, another type than the column's. */
    private static final Set<Integer> SQLITE_ROW = Set.of(18, 19, 20);

    /** Value out of range, constraint, same key twice, check option, limit of a program, error of a trigger. */
    private static final Set<String> ROW_CLASSES = Set.of("22", "23", "21", "44", "54", "P0");

    /** MariaDB: a value that would be cut, and a trigger's no. */
    private static final Set<String> ROW_STATES = Set.of("01000", "45000");

    private Failures() {}

    static Kind kind(SQLException error) {
        if (anyInChain(error, "28") || anyInChain(error, "3D")) {
            return Kind.FATAL; // not let in, or no such database, also when a pool reports it as a timeout
        }
        String state = state(error);
        if (error instanceof BatchUpdateException
                && state.isEmpty()
                && error.getCause() instanceof SQLException cause) {
            return kind(cause); // SQLite's batches tell it there alone
        }
        if (state.isEmpty() && SQLITE_RETRY.contains(error.getErrorCode())) {
            return Kind.RETRY;
        }
        if (MARIADB_RETRY.contains(error.getErrorCode())) {
            return Kind.RETRY;
        }
        if (state.equals("08004")) {
            return Kind.FATAL; // the server refuses the connection for good
        }
        if (state.startsWith("08")
                || state.startsWith("53")
                || RETRY_STATES.contains(state)
                || H2_RETRY.contains(error.getErrorCode())
                || error instanceof SQLTransientException
                || error instanceof SQLRecoverableException) {
            return Kind.RETRY;
        }
        if (state.isEmpty()) {
            return SQLITE_ROW.contains(error.getErrorCode()) ? Kind.ROW : Kind.FATAL;
        }
        return ROW_STATES.contains(state) || ROW_CLASSES.contains(state.substring(0, Math.min(2, state.length())))
                ? Kind.ROW
                : Kind.FATAL;
    }

    private static boolean anyInChain(SQLException error, String stateClass) {
        int depth = 0;
        for (Throwable at = error; at != null && depth < 16; at = at.getCause(), depth++) {
            if (at instanceof SQLException sql && state(sql).startsWith(stateClass)) {
                return true;
            }
        }
        return false;
    }

    private static String state(SQLException error) {
        return error.getSQLState() == null ? "" : error.getSQLState();
    }

    /** The exception for an error of the database. That of a batch quotes a row; what the database said is in its cause. */
    static SinkException of(String place, SQLException error) {
        SQLException said =
                error instanceof BatchUpdateException && error.getCause() instanceof SQLException cause ? cause : error;
        String message = place + ": " + text(said);
        return kind(error) == Kind.RETRY ? SinkException.retryable(message, said) : fatal(message, said);
    }

    @SuppressWarnings("NullAway") // an exception without cause
    static SinkException fatal(String message, @Nullable Throwable cause) {
        return SinkException.fatal(message, cause);
    }

    /** The first line of a message: what drivers add to it is the statement, or all values of the row. */
    static String text(SQLException error) {
        String message = String.valueOf(error.getMessage());
        int end = message.indexOf('\n');
        message = end < 0 ? message : message.substring(0, end);
        int statement = message.indexOf("; SQL statement:");
        message = statement < 0 ? message : message.substring(0, statement);
        return OneLine.of(message) + " (SQLSTATE " + error.getSQLState() + ")";
    }
}
