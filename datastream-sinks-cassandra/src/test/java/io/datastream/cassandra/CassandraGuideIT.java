package io.datastream.cassandra;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.Pipeline;
import io.datastream.aggregate.Aggregations;
import io.datastream.cassandra.testserver.CassandraServer;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.secret.SecretSource;
import io.datastream.secret.Tls;
import io.datastream.sink.row.ColumnType;
import io.datastream.source.ListSource;
import io.datastream.time.Tumbling;
import io.datastream.time.Windowed;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The examples of docs/connectors/cassandra.md: its snippets are the regions of this file. */
@Timeout(240)
class CassandraGuideIT {
    // region: cassandra-record
    record Reading(String sensor, Instant time, double value) {}
    // endregion

    private static final List<Reading> READINGS = List.of(
            new Reading("a", Instant.parse("2024-01-01T00:00:10Z"), 1),
            new Reading("b", Instant.parse("2024-01-01T00:00:20Z"), 5),
            new Reading("a", Instant.parse("2024-01-01T00:00:30Z"), 2),
            new Reading("a", Instant.parse("2024-01-01T00:01:00Z"), 7));

    private static CassandraServer server;

    @BeforeAll
    static void start() {
        server = CassandraServer.get();
    }

    private static void run(Pipeline pipeline) throws Exception {
        try (PipelineController controller = LocalRuntime.create().start(pipeline)) {
            controller.awaitTermination();
        }
    }

    @Test
    void meansAreRows() throws Exception {
        server.execute("CREATE KEYSPACE IF NOT EXISTS metrics"
                + " WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
        List<Reading> readings = READINGS;
        CassandraConnection cassandra = Fixtures.connection(server);
        // region: cassandra-means
        Pipeline pipeline = Pipeline.from(ListSource.of(readings).eventTime(Reading::time))
                .keyBy(Reading::sensor)
                .window(Tumbling.of(Duration.ofMinutes(1)))
                .aggregate(Aggregations.mean(Reading::value))
                .to(CassandraSink.<Windowed<String, Double>>into("metrics", "minute_means", cassandra)
                        .bucketedBy("window_start", Duration.ofDays(1))
                        .createTable())
                .named("sensor-means");
        // endregion
        run(pipeline);
        run(pipeline);

        assertThat(server.rows("SELECT key, bucket, window_start, window_end, value FROM metrics.minute_means"))
                .containsExactlyInAnyOrder(
                        "a|2024-01-01T00:00:00Z|2024-01-01T00:00:00Z|2024-01-01T00:01:00Z|1.5",
                        "a|2024-01-01T00:00:00Z|2024-01-01T00:01:00Z|2024-01-01T00:02:00Z|7.0",
                        "b|2024-01-01T00:00:00Z|2024-01-01T00:00:00Z|2024-01-01T00:01:00Z|5.0");
    }

    @Test
    void columnsOneByOne() throws Exception {
        String keyspace = server.keyspace();
        CassandraConnection cassandra = Fixtures.connection(server);
        // region: cassandra-columns
        CassandraSink<Windowed<String, Double>> sink = CassandraSink.<Windowed<String, Double>>into(
                        keyspace, "latest_means", cassandra)
                .column("sensor", Windowed::key, ColumnType.TEXT)
                .column("minute", result -> result.window().start(), ColumnType.TIMESTAMP)
                .column("mean", Windowed::value, ColumnType.DOUBLE)
                .partitionedBy("sensor")
                .createTable();
        // endregion
        run(Pipeline.from(ListSource.of(READINGS).eventTime(Reading::time))
                .keyBy(Reading::sensor)
                .window(Tumbling.of(Duration.ofMinutes(1)))
                .aggregate(Aggregations.mean(Reading::value))
                .to(sink)
                .named("latest-means"));

        assertThat(server.rows("SELECT * FROM " + keyspace + ".latest_means"))
                .containsExactlyInAnyOrder("a|7.0|2024-01-01T00:01:00Z", "b|5.0|2024-01-01T00:00:00Z");
    }

    @Test
    void connectionTellsNoSecret() {
        // region: cassandra-connection
        CassandraConnection cassandra = CassandraConnection.inDatacenter(
                        "datacenter1", "cassandra-1.example.com", "cassandra-2.example.com:9043")
                .withUser("datastream", SecretSource.file(Path.of("/run/secrets/cassandra")))
                .withTls(Tls.trusting(Path.of("/etc/cassandra/ca.pem")));
        // endregion
        assertThat(cassandra)
                .hasToString("cassandra cassandra-1.example.com, cassandra-2.example.com:9043 (datacenter1)");
    }
}
