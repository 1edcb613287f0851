package io.datastream.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.sink.SinkWriter;
import io.datastream.time.EventTime;
import java.lang.management.ManagementFactory;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.params.XAddParams;

/**
 * How fast each form is written, beside the fastest that the client can do: the plain command for each result in pipelines
 * of the same size. For {@code latest} also beside the shortest script that keeps a newer result, called for each result, as
 * the plain command alone does not. All in turns, on a Redis that leaves its disk alone. Run it by
 *
 * <pre>
 * mvn verify -pl datastream-sinks-redis -am -Dthroughput=true -Dtest=none -Dit.test=RedisThroughputIT \
 *   -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false
 * </pre>
 */
@EnabledIfSystemProperty(named = "throughput", matches = "true")
@Timeout(600)
class RedisThroughputIT {
    private static final int RESULTS = Integer.getInteger("throughput.results", 200_000);
    private static final int ROUNDS = 5;
    private static final long START = 1_704_067_200_000_000_000L; // 2024

    private static RedisServer server;

    /** What is measured. */
    private interface Writing {
        void run(int keys) throws Exception;
    }

    @BeforeAll
    static void start() {
        server = RedisServer.start(RedisServer.embedded(), "--appendonly", "no");
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static String key(int number, int keys) {
        return Integer.toString(number % keys);
    }

    private static long time(int number) {
        return START + number * 1_000_000L;
    }

    private static byte[] value(int number) {
        return ("a value of 24 bytes " + (1_000 + number % 9_000)).getBytes(UTF_8);
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 20_000})
    void writesBesideTheClient(int keys) throws Exception {
        Map<String, Map<String, Writing>> forms = new LinkedHashMap<>();
        forms.put("latest", ways(RedisThroughputIT::latest, "HSET", RedisThroughputIT::hset));
        forms.get("latest").put("guarded", RedisThroughputIT::guarded);
        forms.put("stream", ways(RedisThroughputIT::stream, "XADD", RedisThroughputIT::xadd));
        forms.put("appendTo", ways(RedisThroughputIT::appended, "XADD *", RedisThroughputIT::xaddAny));
        forms.put("timeOrdered", ways(RedisThroughputIT::timeOrdered, "ZADD", RedisThroughputIT::zadd));
        for (Map.Entry<String, Map<String, Writing>> form : forms.entrySet()) {
            Map<String, Measured> best = new LinkedHashMap<>();
            for (int round = 0; round < ROUNDS; round++) {
                for (Map.Entry<String, Writing> way : form.getValue().entrySet()) {
                    best.merge(way.getKey(), measure(way.getValue(), keys), Measured::better);
                }
            }
            double ofSink = best.get("sink").rate();
            best.forEach((way, measured) -> System.out.printf(
                    Locale.ROOT,
                    "Redis, %,d results of %,d keys, best of %d: %-11s %-7s %s, sink is %.2f of it%n",
                    RESULTS,
                    keys,
                    ROUNDS,
                    form.getKey(),
                    way,
                    measured,
                    ofSink / measured.rate()));
        }
    }

    private static Map<String, Writing> ways(Writing sink, String command, Writing client) {
        Map<String, Writing> ways = new LinkedHashMap<>();
        ways.put("sink", sink);
        ways.put(command, client);
        return ways;
    }

    /** Results a second, and CPU of the server and of this thread for each, in microseconds. */
    private record Measured(double rate, double serverMicros, double clientMicros) {
        Measured better(Measured other) {
            return new Measured(
                    Math.max(rate, other.rate),
                    Math.min(serverMicros, other.serverMicros),
                    Math.min(clientMicros, other.clientMicros));
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "%,9.0f/s (CPU %.1f + %.1f us)", rate, serverMicros, clientMicros);
        }
    }

    private static Measured measure(Writing writing, int keys) throws Exception {
        server.ask("FLUSHALL");
        double server = serverSeconds();
        long thread = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        long before = System.nanoTime();
        writing.run(keys);
        double seconds = (System.nanoTime() - before) / 1e9;
        double micros = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - thread) / 1e3;
        Measured measured =
                new Measured(RESULTS / seconds, (serverSeconds() - server) * 1e6 / RESULTS, micros / RESULTS);
        assertThat(RedisThroughputIT.server.ask("DBSIZE")).isEqualTo((long) keys);
        return measured;
    }

    private static double serverSeconds() {
        return server.ask("INFO", "cpu")
                .toString()
                .lines()
                .filter(line -> line.startsWith("used_cpu_sys:") || line.startsWith("used_cpu_user:"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(':') + 1)))
                .sum();
    }

    // ---- the sink

    private static void latest(int keys) {
        write(RedisSink.latest("k:", number -> key(number, keys), RedisThroughputIT::value, server.connection()));
    }

    private static void stream(int keys) {
        write(RedisSink.stream("k:", number -> key(number, keys), RedisThroughputIT::value, server.connection()));
    }

    private static void appended(int keys) {
        write(RedisSink.appendTo("k:", number -> key(number, keys), RedisThroughputIT::value, server.connection()));
    }

    private static void timeOrdered(int keys) {
        write(RedisSink.timeOrdered("k:", number -> key(number, keys), RedisThroughputIT::value, server.connection()));
    }

    private static void write(RedisSink<Integer> sink) {
        try (SinkWriter<Integer> writer = sink.open(RedisServer.context())) {
            for (int number = 0; number < RESULTS; number++) {
                writer.write(time(number), number);
            }
            writer.flush();
        }
    }

    // ---- the client

    private static void hset(int keys) {
        pipelined((pipeline, number) -> pipeline.hset(bytes("k:" + key(number, keys)), fields(number)));
    }

    private static void guarded(int keys) {
        byte[] hash;
        try (Connection connection = server.connection().open()) {
            connection.sendCommand(Protocol.Command.SCRIPT, "LOAD", """
                    local time = redis.call('HGET', KEYS[1], 'time')
                    if not time or time <= ARGV[1] then
                      redis.call('HSET', KEYS[1], 'time', ARGV[1], 'value', ARGV[2])
                    end
                    """);
            hash = connection.getBinaryBulkReply();
        }
        pipelined((pipeline, number) ->
                pipeline.evalsha(hash, 1, bytes("k:" + key(number, keys)), Form.text(time(number)), value(number)));
    }

    private static void xadd(int keys) {
        pipelined((pipeline, number) -> pipeline.xadd(
                bytes("k:" + key(number, keys)),
                XAddParams.xAddParams().id(EventTime.toMillis(time(number)), 1),
                fields(number)));
    }

    private static void xaddAny(int keys) {
        pipelined((pipeline, number) ->
                pipeline.xadd(bytes("k:" + key(number, keys)), XAddParams.xAddParams(), fields(number)));
    }

    private static void zadd(int keys) {
        pipelined((pipeline, number) -> {
            byte[] time = Form.text(time(number));
            byte[] value = value(number);
            byte[] member = new byte[time.length + value.length];
            System.arraycopy(time, 0, member, 0, time.length);
            System.arraycopy(value, 0, member, time.length, value.length);
            pipeline.zadd(bytes("k:" + key(number, keys)), EventTime.toMillis(time(number)), member);
        });
    }

    private interface Command {
        void add(Pipeline pipeline, int number);
    }

    private static void pipelined(Command command) {
        try (Connection connection = server.connection().open()) {
            Pipeline pipeline = new Pipeline(connection);
            for (int number = 0; number < RESULTS; number++) {
                command.add(pipeline, number);
                if ((number + 1) % RedisSink.DEFAULT_BATCH_RESULTS == 0) {
                    pipeline.sync();
                }
            }
            pipeline.sync();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static Map<byte[], byte[]> fields(int number) {
        IdentityHashMap<byte[], byte[]> fields = new IdentityHashMap<>();
        fields.put(bytes("time"), Form.text(time(number)));
        fields.put(bytes("value"), value(number));
        return fields;
    }
}
