package io.datastream.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.Pipeline;
import io.datastream.aggregate.Aggregations;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.sink.row.ColumnType;
import io.datastream.source.ListSource;
import io.datastream.time.Tumbling;
import io.datastream.time.Windowed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The example of docs/connectors/jdbc.md: its snippets are the regions of this file. */
@Timeout(60)
class JdbcGuideTest {
    // region: record
    record Reading(String sensor, Instant time, double value) {}
    // endregion

    private final TestDatabase database = TestDatabase.h2("");

    private static final List<Reading> READINGS = List.of(
            new Reading("a", Instant.parse("2024-01-01T00:00:10Z"), 1),
            new Reading("b", Instant.parse("2024-01-01T00:00:20Z"), 5),
            new Reading("a", Instant.parse("2024-01-01T00:00:30Z"), 2),
            new Reading("a", Instant.parse("2024-01-01T00:01:00Z"), 7));

    private static Pipeline means(DataSource dataSource) {
        List<Reading> readings = READINGS;
        // region: means
        Pipeline pipeline = Pipeline.from(ListSource.of(readings).eventTime(Reading::time))
                .keyBy(Reading::sensor)
                .window(Tumbling.of(Duration.ofMinutes(1)))
                .aggregate(Aggregations.mean(Reading::value))
                .to(JdbcSink.upsertInto("minute_means", dataSource).createTable())
                .named("sensor-means");
        // endregion
        return pipeline;
    }

    private static Pipeline columns(JdbcConnection connection) {
        // region: columns
        JdbcSink<Windowed<String, Double>> sink = JdbcSink.<Windowed<String, Double>>upsertInto("means", connection)
                .column("sensor", Windowed::key, ColumnType.TEXT)
                .column("minute", result -> result.window().start(), ColumnType.TIMESTAMP)
                .column("mean", Windowed::value, ColumnType.DOUBLE)
                .keyedBy("sensor", "minute")
                .createTable();
        // endregion
        return Pipeline.from(ListSource.of(READINGS).eventTime(Reading::time))
                .keyBy(Reading::sensor)
                .window(Tumbling.of(Duration.ofMinutes(1)))
                .aggregate(Aggregations.mean(Reading::value))
                .to(sink)
                .named("columns");
    }

    private static JdbcSink<Reading> exactly(JdbcConnection connection) {
        // region: exactly
        JdbcSink<Reading> sink = JdbcSink.appendTo("readings", Reading.class, connection)
                .exactlyOnce()
                .createTable();
        // endregion
        return sink;
    }

    private static void run(Pipeline pipeline) throws InterruptedException {
        try (PipelineController controller = LocalRuntime.create().start(pipeline)) {
            controller.awaitTermination();
        }
    }

    @Test
    void meansOfWindowsAreWritten() throws Exception {
        run(means(database.dataSource()));
        run(means(database.dataSource()));

        assertThat(database.rows("SELECT \"key\", \"window_start\", \"window_end\", \"value\" FROM \"minute_means\""
                        + " ORDER BY 1, 2"))
                .containsExactly(
                        "a|2024-01-01 00:00:00+00|2024-01-01 00:01:00+00|1.5",
                        "a|2024-01-01 00:01:00+00|2024-01-01 00:02:00+00|7.0",
                        "b|2024-01-01 00:00:00+00|2024-01-01 00:01:00+00|5.0");
    }

    @Test
    void rowsThatAreExactlyOnceAreWritten() throws Exception {
        run(Pipeline.from(ListSource.of(READINGS).eventTime(Reading::time))
                .to(exactly(JdbcConnection.of(database.dataSource())))
                .named("exactly"));

        assertThat(database.value("SELECT count(*) FROM \"readings\"", Long.class))
                .isEqualTo(4);
    }

    @Test
    void columnsGivenOneByOneAreWritten() throws Exception {
        run(columns(JdbcConnection.of(database.dataSource())));

        assertThat(database.rows("SELECT \"sensor\", \"minute\", \"mean\" FROM \"means\" ORDER BY 1, 2"))
                .containsExactly(
                        "a|2024-01-01 00:00:00+00|1.5", "a|2024-01-01 00:01:00+00|7.0", "b|2024-01-01 00:00:00+00|5.0");
    }
}
