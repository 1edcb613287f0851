package io.datastream.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.Pipeline;
import io.datastream.aggregate.Aggregations;
import io.datastream.codec.Codec;
import io.datastream.lookup.Lookup;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.secret.SecretSource;
import io.datastream.secret.Tls;
import io.datastream.sink.Sinks;
import io.datastream.source.ListSource;
import io.datastream.time.Tumbling;
import io.datastream.time.Windowed;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The examples of docs/connectors/redis.md: its snippets are the regions of this file. */
@Timeout(60)
class RedisGuideIT {
    // region: redis-record
    record Reading(String sensor, Instant time, double value) {}
    // endregion

    // region: redis-located
    record Located(Reading reading, String room) {}
    // endregion

    private static final List<Reading> READINGS = List.of(
            new Reading("a", Instant.parse("2024-01-01T00:00:10Z"), 1),
            new Reading("b", Instant.parse("2024-01-01T00:00:20Z"), 5),
            new Reading("a", Instant.parse("2024-01-01T00:00:30Z"), 2),
            new Reading("a", Instant.parse("2024-01-01T00:01:00Z"), 7));

    private static RedisServer server;

    @BeforeAll
    static void start() {
        server = RedisServer.start(RedisServer.embedded());
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void empty() {
        server.ask("FLUSHALL");
    }

    private static Pipeline means(RedisConnection redis) {
        List<Reading> readings = READINGS;
        // region: redis-means
        Pipeline pipeline = Pipeline.from(ListSource.of(readings).eventTime(Reading::time))
                .keyBy(Reading::sensor)
                .window(Tumbling.of(Duration.ofMinutes(1)))
                .aggregate(Aggregations.mean(Reading::value))
                .to(RedisSink.latest("mean:", Windowed::key, RedisGuideIT::number, redis))
                .named("sensor-means");
        // endregion
        return pipeline;
    }

    // region: redis-value
    static byte[] number(Windowed<String, Double> mean) {
        return String.valueOf(mean.value()).getBytes(UTF_8);
    }
    // endregion

    private static List<RedisSink<Windowed<String, Double>>> others(RedisConnection redis) {
        // region: redis-forms
        RedisSink<Windowed<String, Double>> stream = RedisSink.<Windowed<String, Double>>stream(
                        "means:", Windowed::key, RedisGuideIT::number, redis)
                .withMaxLength(10_000);
        RedisSink<Windowed<String, Double>> recent = RedisSink.<Windowed<String, Double>>timeOrdered(
                        "recent:", Windowed::key, RedisGuideIT::number, redis)
                .withRetention(Duration.ofHours(1));
        // endregion
        return List.of(stream, recent);
    }

    private static void run(Pipeline pipeline) throws Exception {
        try (PipelineController controller = LocalRuntime.create().start(pipeline)) {
            controller.awaitTermination();
        }
    }

    @Test
    void latestMeansAreThere() throws Exception {
        run(means(server.connection()));
        run(means(server.connection()));

        assertThat(server.ask("HGETALL", "mean:a"))
                .isEqualTo(List.of("time", "2024-01-01T00:01:59.999999999Z", "value", "7.0"));
        assertThat(server.ask("HGET", "mean:b", "value")).isEqualTo("5.0");
    }

    @Test
    void otherFormsHoldAllMeans() throws Exception {
        for (int time = 0; time < 2; time++) {
            for (RedisSink<Windowed<String, Double>> sink : others(server.connection())) {
                run(Pipeline.from(ListSource.of(READINGS).eventTime(Reading::time))
                        .keyBy(Reading::sensor)
                        .window(Tumbling.of(Duration.ofMinutes(1)))
                        .aggregate(Aggregations.mean(Reading::value))
                        .to(sink)
                        .named("means"));
            }
        }

        assertThat(server.stream("means:a"))
                .containsExactly(
                        "[1704067259999-999999000001, [time, 2024-01-01T00:00:59.999999999Z, value, 1.5]]",
                        "[1704067319999-999999000001, [time, 2024-01-01T00:01:59.999999999Z, value, 7.0]]");
        assertThat(server.texts("ZRANGE", "recent:a", 0, -1, "WITHSCORES"))
                .containsExactly(
                        "2024-01-01T00:00:59.999999999Z 1.5",
                        "1704067259999",
                        "2024-01-01T00:01:59.999999999Z 7.0",
                        "1704067319999");
    }

    @Test
    void readingsMeetTheirRooms() throws Exception {
        server.ask("HSET", "rooms", "a", "kitchen");
        List<Reading> readings = READINGS;
        RedisConnection redis = server.connection();
        List<Located> located = new ArrayList<>();
        // region: redis-lookup
        Lookup<String, String> rooms =
                Lookup.of(RedisLookup.fields("rooms", Codec.utf8(), redis)).withTimeToLive(Duration.ofMinutes(1));
        Pipeline pipeline = Pipeline.from(ListSource.of(readings).eventTime(Reading::time))
                .process(rooms.join(Reading::sensor, (reading, room) -> new Located(reading, room.orElse("nowhere"))))
                .to(Sinks.collectInto(located))
                .named("located");
        // endregion
        run(pipeline);

        assertThat(located).extracting(Located::room).containsExactly("kitchen", "nowhere", "kitchen", "kitchen");
        assertThat(rooms.statistics().loads()).isEqualTo(2);
    }

    @Test
    void connectionTellsNoSecret() {
        // region: redis-connection
        RedisConnection redis = RedisConnection.at("redis.example.com", 6380)
                .withUser("datastream", SecretSource.file(Path.of("/run/secrets/redis")))
                .withTls(Tls.trusting(Path.of("/etc/redis/ca.pem"))
                        .presenting(Path.of("/etc/redis/client.pem"), Path.of("/etc/redis/client.key")));
        // endregion
        assertThat(redis).hasToString("redis redis.example.com:6380");
    }
}
