package io.datastream.jdbc.poll;

import io.datastream.codec.Codec;
import io.datastream.codec.record.RecordShape;
import io.datastream.log.PolledLog;
import io.datastream.log.Poller;
import io.datastream.source.ReadableSource;
import java.time.Clock;
import java.time.Duration;

/**
 * Asks a database now and then for rows that are new, and keeps them in a durable log, from which pipelines read them: again,
 * and in the same order, after a crash. A table cannot be that log itself: rows appear between others, change, and are
 * deleted.
 *
 * <p>{@link PolledRows} says which rows and how new ones are told. Each row is kept once, together with how far polling has come,
 * whatever happens to the program or the database.
 *
 * <p>Rows are records. A component is read from the column of its name or of its name in snake case, {@code createdAt} from {@code
 * createdAt} or {@code created_at}. A row with a value that does not fit, or null where the component is primitive or not
 * {@code @Nullable}, is an error of the pipeline's source, and stops no other one.
 *
 * <p>Immutable; each {@code withX} returns a changed copy. While it runs it holds one connection, and a page of rows.
 *
 * @param <T> the rows
 */
public final class JdbcPoll<T> {
    /** How long is waited between two polls, unless {@link #every} says otherwise: 10 s. */
    public static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(10);

    /** How many rows are read and kept at once, unless {@link #withPageRows} says otherwise: {@value}. */
    public static final int DEFAULT_PAGE_ROWS = 1_000;

    /** How long the database may take for an answer, unless {@link #withTimeout} says otherwise: 30 s. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

    private final Definition<T> definition;
    private final Poller.Pace pace;
    private final int pageRows;
    private final Duration timeout;
    private final Clock clock;

    private record Definition<T>(Database database, PolledRows rows, Class<T> type, Codec<T> codec, PolledLog log) {}

    private JdbcPoll(Definition<T> definition, Poller.Pace pace, int pageRows, Duration timeout, Clock clock) {
        this.definition = definition;
        this.pace = pace;
        this.pageRows = pageRows;
        this.timeout = timeout;
        this.clock = clock;
    }

    /**
     * A poll that does not run yet.
     *
     * @param rows which rows
     * @param type a record class with the columns that are wanted
     * @param codec how rows are kept in the log
     * @param log of this poll alone
     * @throws IllegalArgumentException if it is no record, or has a component that no column fits
     */
    public static <T> JdbcPoll<T> of(Database database, PolledRows rows, Class<T> type, Codec<T> codec, PolledLog log) {
        RowReader.check(RecordShape.of(type));
        return new JdbcPoll<>(
                new Definition<>(database, rows, type, codec, log),
                Poller.Pace.every(DEFAULT_INTERVAL),
                DEFAULT_PAGE_ROWS,
                DEFAULT_TIMEOUT,
                Clock.systemUTC());
    }

    /** The same with another pause between two polls. Default: {@link #DEFAULT_INTERVAL}. */
    public JdbcPoll<T> every(Duration interval) {
        Poller.Pace changed = new Poller.Pace(interval, pace.firstPause(), pace.longestPause());
        return new JdbcPoll<>(definition, changed, pageRows, timeout, clock);
    }

    /**
     * The same with other pauses after an error: the first one, doubled with each error in a row, up to the longest. Default: {@link
     * Poller.Pace#DEFAULT_FIRST_PAUSE}, {@link Poller.Pace#DEFAULT_LONGEST_PAUSE}.
     */
    public JdbcPoll<T> withPauses(Duration first, Duration longest) {
        Poller.Pace changed = new Poller.Pace(pace.interval(), first, longest);
        return new JdbcPoll<>(definition, changed, pageRows, timeout, clock);
    }

    /** The same with so many rows read and kept at once, which are in memory meanwhile. Default: {@link #DEFAULT_PAGE_ROWS}. */
    public JdbcPoll<T> withPageRows(int rows) {
        if (rows < 1) {
            throw new IllegalArgumentException("pageRows: " + rows + " (expected: at least 1)");
        }
        return new JdbcPoll<>(definition, pace, rows, timeout, clock);
    }

    /** The same with another limit of the time the database may take for an answer. Default: {@link #DEFAULT_TIMEOUT}. */
    public JdbcPoll<T> withTimeout(Duration timeout) {
        if (timeout.compareTo(Duration.ofSeconds(1)) < 0 || timeout.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("timeout: " + timeout + " (expected: from 1 s to a day)");
        }
        return new JdbcPoll<>(definition, pace, pageRows, timeout, clock);
    }

    /** The same with another clock, which says which times of rows are ahead of now. Default: the system's. */
    public JdbcPoll<T> withClock(Clock clock) {
        return new JdbcPoll<>(definition, pace, pageRows, timeout, clock);
    }

    /** The rows, in the order in which they were kept; a source that does not end. */
    public ReadableSource<T> source() {
        return definition.log.source(definition.codec);
    }

    /** Begins to poll, at once. */
    public JdbcPoller start() {
        Question<T> question = new Question<>(
                definition.database, definition.rows, definition.type, definition.codec, pageRows, timeout, clock);
        return new JdbcPoller(question, Poller.start(definition.rows.identity(), definition.log, question, pace));
    }

    @Override
    public String toString() {
        return "JdbcPoll[" + definition.rows + " at " + definition.database + "]";
    }
}
