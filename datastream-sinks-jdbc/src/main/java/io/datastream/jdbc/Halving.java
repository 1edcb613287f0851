package io.datastream.jdbc;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Finds the rows that a database refuses among others, by writing them in halves. All others are written. */
final class Halving {
    private final Deque<List<Row>> waiting = new ArrayDeque<>();
    private final List<Refused> refused = new ArrayList<>();

    /** A row that is refused, and why. */
    record Refused(Row row, SQLException reason) {}

    /** Writes some rows, all of them or none. */
    @FunctionalInterface
    interface Attempt {
        void write(List<Row> rows) throws SQLException;
    }

    /** The rows whose fate was not settled when {@link #run} threw, and those that were refused until then. */
    List<Row> left() {
        List<Row> left = new ArrayList<>();
        refused.forEach(one -> left.add(one.row()));
        waiting.forEach(left::addAll);
        return left;
    }

    /**
     * Writes rows of which some are refused.
     *
     * @param first what writing them all has ended with
     * @return those that are refused; none if rows disturbed each other, such as keys that only the database takes as equal
     * @throws SQLException if an attempt fails for another reason than its rows
     */
    List<Refused> run(List<Row> rows, SQLException first, Attempt attempt) throws SQLException {
        split(rows, first);
        while (!waiting.isEmpty()) {
            List<Row> part = waiting.peek();
            try {
                attempt.write(part);
                waiting.pop();
            } catch (SQLException e) {
                if (Failures.kind(e) != Failures.Kind.ROW) {
                    throw e;
                }
                waiting.pop();
                split(part, e);
            }
        }
        return refused;
    }

    private void split(List<Row> rows, SQLException reason) {
        if (rows.size() == 1) {
            refused.add(new Refused(rows.get(0), reason));
            return;
        }
        int half = rows.size() / 2;
        waiting.push(rows.subList(half, rows.size()));
        waiting.push(rows.subList(0, half));
    }
}
