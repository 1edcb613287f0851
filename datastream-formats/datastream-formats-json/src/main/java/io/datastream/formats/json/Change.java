package io.datastream.formats.json;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What happened to a row of a table.
 *
 * @param operation what happened
 * @param before the row as it was; null for a row that is new, and where the database does not tell. Of PostgreSQL it has the
 *     key only, unless the table's replica identity is {@code FULL}: a column that may not be null has then what Debezium fills
 *     in, 0, an empty text or the year 1970, and all others are null
 * @param after the row as it is now; null for a row that is gone
 * @param time when the database made the change; of a row of a snapshot, when it was read
 * @param origin where it happened
 * @param unavailable names of the columns of {@code after} that the database did not tell, because they are large and were not
 *     changed; their components are null
 * @param <T> the rows
 */
public record Change<T>(
        Operation operation,
        @Nullable T before,
        @Nullable T after,
        Instant time,
        ChangeOrigin origin,
        List<String> unavailable) {
    /** Copies the list. */
    public Change {
        unavailable = List.copyOf(unavailable);
    }

    /** The row as it is now or, if it is gone, as it was; null if the whole table was emptied. */
    public @Nullable T row() {
        return after == null ? before : after;
    }

    /** What happens to rows. */
    public enum Operation {
        /** A new row. */
        CREATE,
        /** A row has other values. */
        UPDATE,
        /** A row is gone. */
        DELETE,
        /** A row that was there already when the table was read as a whole. */
        READ,
        /** All rows of the table are gone. */
        TRUNCATE
    }
}
