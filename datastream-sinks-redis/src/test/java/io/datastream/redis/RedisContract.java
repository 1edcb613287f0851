package io.datastream.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.codec.Codec;
import io.datastream.codec.CodecException;
import io.datastream.secret.SecretSource;
import io.datastream.secret.Tls;
import io.datastream.sink.SinkException;
import io.datastream.sink.SinkWriter;
import io.datastream.testkit.Await;
import io.datastream.testkit.FreePorts;
import io.datastream.testkit.TestCertificates;
import io.datastream.time.EventTime;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Connection;

/** What every Redis does with the results of a sink. */
@Timeout(180)
abstract class RedisContract {
    private static final Instant NOON = Instant.parse("2024-01-01T12:00:00Z");

    private static RedisServer server;
    private static Path program;

    record Result(String series, Instant time, String value) {}

    static void startServer(Path found) {
        program = found;
        server = RedisServer.start(found);
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

    private static RedisSink<Result> latest() {
        return latest(server.connection());
    }

    private static RedisSink<Result> latest(RedisConnection connection) {
        return RedisSink.latest("mean:", Result::series, RedisContract::bytes, connection);
    }

    private static RedisSink<Result> stream() {
        return RedisSink.stream("s:", Result::series, RedisContract::bytes, server.connection());
    }

    private static RedisSink<Result> appended() {
        return RedisSink.appendTo("s:", Result::series, RedisContract::bytes, server.connection());
    }

    private static RedisSink<Result> timeOrdered() {
        return RedisSink.timeOrdered("z:", Result::series, RedisContract::bytes, server.connection());
    }

    private static byte[] bytes(Result result) {
        return result.value().getBytes(UTF_8);
    }

    private static Result at(String series, long millis, String value) {
        return new Result(series, NOON.plusMillis(millis), value);
    }

    private static void take(SinkWriter<Result> writer, Result result) {
        writer.write(EventTime.nanos(result.time()), result);
    }

    private static void write(RedisSink<Result> sink, List<Result> results) {
        try (SinkWriter<Result> writer = sink.open(RedisServer.context())) {
            results.forEach(result -> take(writer, result));
            writer.flush();
        }
    }

    private static void write(RedisSink<Result> sink, Result... results) {
        write(sink, List.of(results));
    }

    private static String text(Instant time) {
        return new String(Form.text(EventTime.nanos(time)), UTF_8);
    }

    // ---- latest

    @Test
    void latestIsTheOneWithTheLatestEventTimeWhateverTheOrder() {
        write(latest(), at("a", 5, "five"), at("a", 7, "seven"), at("a", 6, "six"));
        write(latest(), at("a", 6, "six"));

        assertThat(server.ask("HGETALL", "mean:a"))
                .isEqualTo(List.of("time", "2024-01-01T12:00:00.007000000Z", "value", "seven"));
    }

    @Test
    void latestOfSeveralAtTheSameTimeIsTheOneWrittenLast() {
        write(latest(), at("a", 5, "first"), at("a", 5, "second"));
        assertThat(server.ask("HGET", "mean:a", "value")).isEqualTo("second");
        write(latest(), at("a", 5, "third"));
        assertThat(server.ask("HGET", "mean:a", "value")).isEqualTo("third");
    }

    @Test
    void latestOfRandomResultsWithReplaysIsThatOfAModel() {
        long seed = 42;
        Random random = new Random(seed);
        Map<String, Result> model = new TreeMap<>();
        List<Result> all = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            // each time once, so that the model needs no order; some before 1970
            Result result = new Result(
                    "s" + random.nextInt(20),
                    Instant.ofEpochSecond(random.nextLong(-4_000_000_000L, 4_000_000_000L), i),
                    "v" + i);
            all.add(result);
            model.merge(result.series(), result, (one, other) -> one.time().isAfter(other.time()) ? one : other);
        }
        List<Result> replayed = new ArrayList<>(all.subList(500, 2_000));
        Collections.shuffle(replayed, random);
        write(latest().withBatch(7, Duration.ofDays(1)), all);
        write(latest().withBatch(50, Duration.ofDays(1)), replayed);

        model.forEach((series, result) -> assertThat(server.ask("HGETALL", "mean:" + series))
                .as("%s, seed %d", series, seed)
                .isEqualTo(List.of("time", text(result.time()), "value", result.value())));
        assertThat(server.ask("DBSIZE")).isEqualTo((long) model.size());
    }

    // ---- streams

    @Test
    void streamHasIdsMadeOfEventTimes() {
        write(stream(), at("a", 1, "one"), new Result("a", NOON.plusNanos(1_000_002), "two"), at("b", 9, "other"));

        assertThat(server.stream("s:a"))
                .containsExactly(
                        "[1704110400001-1, [time, 2024-01-01T12:00:00.001000000Z, value, one]]",
                        "[1704110400001-2000001, [time, 2024-01-01T12:00:00.001000002Z, value, two]]");
        assertThat(server.stream("s:b")).hasSize(1);
    }

    @Test
    void streamLeavesOutWhatIsThereAlready() {
        List<Result> results = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            results.add(at("a", i / 3, "v" + i)); // three of each time
        }
        write(stream(), results.subList(0, 70));
        List<String> before = server.stream("s:a");
        write(stream().withBatch(7, Duration.ofDays(1)), results.subList(35, 100));

        assertThat(server.stream("s:a")).hasSize(100).startsWith(before.toArray(String[]::new));
        assertThat(server.stream("s:a").get(99))
                .isEqualTo("[1704110400033-1, [time, " + text(NOON.plusMillis(33)) + ", value, v99]]");
    }

    @Test
    void streamOfRandomResultsWithReplaysAndOtherWritersIsThatOfAModel() {
        long seed = 77;
        Random random = new Random(seed);
        List<Result> all = new ArrayList<>();
        Map<String, Set<String>> model = new TreeMap<>();
        long millis = 0;
        for (int i = 0; i < 3_000; i++) {
            millis += random.nextInt(3); // some at the same time, of which some are equal
            Result result = at("s" + random.nextInt(5), millis, "v" + random.nextInt(3));
            all.add(result);
            model.computeIfAbsent(result.series(), series -> new LinkedHashSet<>())
                    .add(text(result.time()) + " " + result.value());
        }
        List<SinkWriter<Result>> writers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            writers.add(stream().open(RedisServer.context()));
        }
        int at = 0;
        while (at < all.size()) {
            int end = Math.min(all.size(), at + 1 + random.nextInt(100));
            SinkWriter<Result> writer = writers.get(random.nextInt(5) == 0 ? 1 + random.nextInt(2) : 0);
            all.subList(at, end).forEach(result -> take(writer, result));
            writer.flush();
            // the next one goes on from the last commit, which is often this flush
            at = random.nextInt(3) == 0 ? end - random.nextInt(end - at + 1) : end;
        }
        writers.forEach(SinkWriter::close);

        model.forEach((series, entries) -> assertThat(server.texts("XRANGE", "s:" + series, "-", "+"))
                .as("%s, seed %d", series, seed)
                .extracting(entry -> entry.replaceAll(".*time, (.*), value, (.*)]]", "$1 $2"))
                .containsExactlyElementsOf(entries));
    }

    @Test
    void streamIsAsItWouldBeAlthoughAnotherWriterWasQuicker() {
        try (SinkWriter<Result> writer = stream().open(RedisServer.context())) {
            take(writer, at("a", 1, "one"));
            writer.flush();
            write(stream(), at("a", 2, "two"), at("a", 5, "five"));

            take(writer, at("a", 2, "two"));
            take(writer, at("a", 4, "four"));
            take(writer, at("a", 6, "six"));
            assertThatThrownBy(writer::flush)
                    .hasMessageContaining("key \"s:a\" at 2024-01-01T12:00:00.004000000Z: older");
        }
        assertThat(server.stream("s:a"))
                .extracting(entry -> entry.substring(entry.lastIndexOf(' ') + 1))
                .containsExactly("one]]", "two]]", "five]]", "six]]");
    }

    @Test
    void singleResultsWithoutLimitsInOrderNeedNoScript() {
        server.ask("CONFIG", "RESETSTAT");
        write(stream(), at("a", 1, "one"), at("x", 1, "one"));
        write(stream(), at("a", 2, "two"), at("x", 2, "two"));
        write(appended(), at("b", 1, "one"), at("b", 1, "one"));
        write(timeOrdered(), at("c", 1, "one"), at("c", 2, "two"));

        assertThat(server.stream("s:a")).hasSize(2);
        assertThat(server.ask("INFO", "commandstats").toString()).doesNotContain("evalsha");
    }

    @Test
    void streamHasOneEntryForResultsThatAreEqual() {
        write(stream(), at("a", 1, "same"), at("a", 1, "same"), at("a", 2, "same"));

        assertThat(server.ask("XLEN", "s:a")).isEqualTo(2L);
    }

    @Test
    void streamBeginsAtTheEpoch() {
        write(stream(), new Result("a", Instant.EPOCH, "zero"));

        assertThat(server.stream("s:a")).containsExactly("[0-1, [time, 1970-01-01T00:00:00.000000000Z, value, zero]]");
        assertThatThrownBy(() -> write(stream(), new Result("a", Instant.EPOCH.minusNanos(1), "before")))
                .hasMessageContaining(
                        "key \"s:a\": event time: 1969-12-31T23:59:59.999999999Z (expected: not before 1970");
    }

    @Test
    void resultOutOfOrderIsRefusedAndItsNeighboursAreWritten() {
        assertThatThrownBy(() ->
                        write(stream(), at("a", 5, "five"), at("a", 4, "late"), at("a", 6, "six"), at("b", 1, "one")))
                .isInstanceOfSatisfying(
                        SinkException.class, e -> assertThat(e.isRetryable()).isFalse())
                .hasMessage("redis 127.0.0.1:" + server.port()
                        + ", key \"s:a\" at 2024-01-01T12:00:00.004000000Z: older than others of the stream, and not"
                        + " there (expected: results in order of event time, or appendTo())");
        assertThat(server.ask("XLEN", "s:a")).isEqualTo(2L);
        assertThat(server.ask("XLEN", "s:b")).isEqualTo(1L);
    }

    @Test
    void streamKeepsTheNewestAndLeavesOutWhatItDroppedBefore() {
        List<Result> results = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            results.add(at("a", i, "v" + i));
        }
        RedisSink<Result> sink = stream().withMaxLength(10);
        write(sink, results);
        List<String> before = server.stream("s:a");
        write(sink, results);

        assertThat(server.stream("s:a")).hasSize(10).isEqualTo(before);
    }

    @Test
    void streamKeepsWhatIsNotOlderThanItsRetention() {
        RedisSink<Result> sink = stream().withRetention(Duration.ofMillis(10));
        List<Result> results = List.of(at("a", 0, "0"), at("a", 9, "9"), at("a", 10, "10"), at("a", 20, "20"));
        write(sink, results);
        write(sink, results);

        assertThat(server.texts("XRANGE", "s:a", "-", "+")).hasSize(2);
    }

    @Test
    void limitsOfAStreamAreNoReasonToDropAResultThatTheyWouldKeep() {
        write(stream(), at("a", 5, "five"));

        assertThatThrownBy(() -> write(stream().withMaxLength(10), at("a", 4, "four")))
                .hasMessageContaining("older than others of the stream");
        assertThatThrownBy(() -> write(stream().withRetention(Duration.ofSeconds(1)), at("a", 4, "four")))
                .hasMessageContaining("older than others of the stream");
    }

    @Test
    void appendedResultsComeInAnyOrderAndMayBeThereTwice() {
        List<Result> results = List.of(at("a", 5, "five"), at("a", 4, "four"));
        write(appended(), results);
        write(appended(), results);

        assertThat(server.stream("s:a"))
                .extracting(entry -> entry.substring(entry.lastIndexOf(' ') + 1))
                .containsExactly("five]]", "four]]", "five]]", "four]]");
    }

    @Test
    void appendedResultsHaveLimitsToo() {
        List<Result> results = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            results.add(at("a", i, "v" + i));
        }
        write(
                appended().withMaxLength(3).withRetention(Duration.ofHours(1)).withTimeToLive(Duration.ofHours(1)),
                results);

        assertThat(server.stream("s:a"))
                .extracting(entry -> entry.substring(entry.lastIndexOf(' ') + 1))
                .containsExactly("v47]]", "v48]]", "v49]]");
        assertThat((Long) server.ask("PTTL", "s:a")).isBetween(1L, 3_600_000L);
    }

    // ---- sorted sets

    @Test
    void setIsInOrderOfTimeToTheNanosecond() {
        Instant later = NOON.plusNanos(2);
        write(timeOrdered(), new Result("a", later, "x"), at("a", 0, "y"), at("a", -1, "z"));

        assertThat(server.texts("ZRANGE", "z:a", 0, -1, "WITHSCORES"))
                .containsExactly(
                        text(NOON.minusMillis(1)) + " z",
                        "1704110399999",
                        text(NOON) + " y",
                        "1704110400000",
                        text(later) + " x",
                        "1704110400000");
    }

    @Test
    void setHoldsTheSameWhateverTheOrderAndReplays() {
        long seed = 7;
        Random random = new Random(seed);
        TreeSet<String> model = new TreeSet<>();
        List<Result> results = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            Result result = at("a", random.nextInt(5_000), "v" + random.nextInt(3));
            results.add(result);
            model.add(text(result.time()) + " " + result.value());
        }
        String newest = model.last();
        model.removeIf(member -> Instant.parse(member.substring(0, 30))
                .isBefore(Instant.parse(newest.substring(0, 30)).minusMillis(2_000)));
        while (model.size() > 300) {
            model.pollFirst();
        }
        RedisSink<Result> sink =
                timeOrdered().withRetention(Duration.ofSeconds(2)).withMaxLength(300);
        for (int run = 0; run < 3; run++) {
            Collections.shuffle(results, random);
            write(sink.withBatch(1 + random.nextInt(60), Duration.ofDays(1)), results);
        }

        assertThat(server.texts("ZRANGE", "z:a", 0, -1)).as("seed %d", seed).containsExactlyElementsOf(model);
    }

    // ---- all

    @Test
    void keyGoesWhenItWasNotWrittenForItsTimeToLive() {
        write(latest().withTimeToLive(Duration.ofMinutes(1)), at("a", 1, "one"));
        write(stream().withTimeToLive(Duration.ofMinutes(2)), at("a", 1, "one"));
        write(timeOrdered().withTimeToLive(Duration.ofMinutes(3)), at("a", 1, "one"));

        assertThat((Long) server.ask("PTTL", "mean:a")).isBetween(1L, 60_000L);
        assertThat((Long) server.ask("PTTL", "s:a")).isBetween(60_001L, 120_000L);
        assertThat((Long) server.ask("PTTL", "z:a")).isBetween(120_001L, 180_000L);
    }

    @Test
    void hostileKeysAndValuesAreJustBytes() {
        List<String> hostile = List.of(
                "a\r\nFLUSHALL\r\n",
                "*1\r\n$8\r\nFLUSHALL\r\n",
                "\0\1\n",
                "'); redis.call('FLUSHALL') --",
                "\" \\ ' ` $ {x}",
                "",
                "😀 ü");
        List<Result> results = new ArrayList<>();
        hostile.forEach(text -> results.add(at(text, 1, text)));
        for (RedisSink<Result> sink : List.of(latest(), stream(), timeOrdered())) {
            write(sink, results);
        }

        for (String text : hostile) {
            assertThat(server.ask("HGET", "mean:" + text, "value")).isEqualTo(text);
            assertThat(server.texts("ZRANGE", "z:" + text, 0, -1))
                    .containsExactly(text(NOON.plusMillis(1)) + " " + text);
            assertThat(((List<?>) ((List<?>) ((List<?>) server.ask("XRANGE", "s:" + text, "-", "+")).get(0)).get(1))
                            .get(3))
                    .isEqualTo(text);
        }
        assertThat(server.ask("DBSIZE")).isEqualTo(3L * hostile.size());
    }

    @Test
    void valuesAreAnyBytes() {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        RedisSink<byte[]> sink = RedisSink.latest("bytes", value -> "", Codec.bytes(), server.connection());
        try (SinkWriter<byte[]> writer = sink.open(RedisServer.context())) {
            writer.write(0, all);
            writer.flush();
        }

        try (Connection connection = server.connection().open()) {
            assertThat((byte[]) Asking.send(connection, "HGET", "bytes", "value"))
                    .isEqualTo(all);
        }
    }

    @Test
    void keyThatIsNoTextIsRefused() {
        assertThatThrownBy(() -> write(latest(), at("\ud800", 1, "x")))
                .hasMessageEndingWith("key: not text (expected: no half of a pair of characters alone)");
        assertThatThrownBy(() -> write(latest(), at(null, 1, "x"))).hasMessageEndingWith("key: null (expected: text)");
        assertThatThrownBy(() -> write(latest(), at("a", 1, null)))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("key \"mean:a\": value: cannot be written: java.lang.NullPointerException");
    }

    @Test
    void keyOfAnotherKindIsRefusedAndItsNeighboursAreWritten() {
        server.ask("SET", "mean:b", "mine");
        server.ask("SET", "s:b", "mine");
        server.ask("SET", "z:b", "mine");
        for (RedisSink<Result> sink : List.of(latest(), stream(), appended(), timeOrdered())) {
            server.ask("DEL", "s:a");
            assertThatThrownBy(() -> write(sink, at("a", 1, "one"), at("b", 2, "two"), at("c", 3, "three")))
                    .isInstanceOfSatisfying(
                            SinkException.class,
                            e -> assertThat(e.isRetryable()).isFalse())
                    .hasMessage("redis 127.0.0.1:" + server.port() + ", key \"" + sink.name()
                            + "b\" at 2024-01-01T12:00:00.002000000Z: WRONGTYPE"
                            + " Operation against a key holding the wrong kind of value");
            assertThat(server.ask("EXISTS", sink.name() + "a", sink.name() + "c"))
                    .isEqualTo(2L);
        }
        assertThat(server.ask("GET", "mean:b")).isEqualTo("mine");
    }

    /** Calls flush, which fails for a reason that may go away, and after a change flushes all. */
    private static void assertFlushesAfter(SinkWriter<Result> writer, Runnable change, String message) {
        assertThatThrownBy(writer::flush)
                .isInstanceOfSatisfying(
                        SinkException.class, e -> assertThat(e.isRetryable()).isTrue())
                .hasMessageContaining(message);
        change.run();
        writer.flush();
    }

    @Test
    void fullServerIsWaitedFor() {
        try (SinkWriter<Result> writer = stream().open(RedisServer.context())) {
            take(writer, at("a", 1, "one"));
            take(writer, at("b", 1, "one"));
            server.ask("CONFIG", "SET", "maxmemory", "1");
            assertFlushesAfter(
                    writer,
                    () -> server.ask("CONFIG", "SET", "maxmemory", "0"),
                    "OOM command not allowed when used memory > 'maxmemory'");
        }
        assertThat(server.stream("s:a")).hasSize(1);
        assertThat(server.stream("s:b")).hasSize(1);
    }

    @Test
    void fullServerTakesNothingOfABatchOfAStream() {
        try (SinkWriter<Result> writer = stream().open(RedisServer.context())) {
            take(writer, at("a", 1, "one"));
            writer.flush();
            take(writer, at("a", 2, "two"));
            take(writer, at("a", 3, "three"));
            server.ask("CONFIG", "SET", "maxmemory", "1");
            assertFlushesAfter(
                    writer,
                    () -> server.ask("CONFIG", "SET", "maxmemory", "0"),
                    "OOM command not allowed when used memory > 'maxmemory'");
        }
        assertThat(server.stream("s:a")).hasSize(3);
    }

    @Test
    void connectionThatTheServerEndsIsOpenedAgain() {
        try (SinkWriter<Result> writer = latest().open(RedisServer.context())) {
            take(writer, at("a", 1, "one"));
            server.ask("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
            assertFlushesAfter(writer, () -> {}, "redis 127.0.0.1:" + server.port() + ": ");
        }
        assertThat(server.ask("HGET", "mean:a", "value")).isEqualTo("one");
    }

    @Test
    void scriptThatTheServerForgotIsLoadedAgain() {
        try (SinkWriter<Result> writer = latest().open(RedisServer.context())) {
            take(writer, at("a", 1, "one"));
            server.ask("SCRIPT", "FLUSH");
            assertFlushesAfter(writer, () -> {}, "NOSCRIPT");
        }
        assertThat(server.ask("HGET", "mean:a", "value")).isEqualTo("one");
    }

    @Test
    void batchesThatWereLostAreWrittenBeforeTheNext() {
        List<String> values = new ArrayList<>();
        try (SinkWriter<Result> writer =
                stream().withBatch(2, Duration.ofDays(1)).open(RedisServer.context())) {
            for (int i = 0; i < 40; i++) {
                Result result = at("a", i, "v" + i);
                if (i % 7 == 3) {
                    server.ask("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
                }
                again(() -> take(writer, result));
                values.add(result.value());
            }
            again(writer::flush);
        }

        assertThat(server.stream("s:a"))
                .extracting(entry -> entry.substring(entry.lastIndexOf(' ') + 1, entry.length() - 2))
                .isEqualTo(values);
    }

    private static void again(Runnable call) {
        try {
            call.run();
        } catch (SinkException e) {
            assertThat(e.isRetryable()).as(e.getMessage()).isTrue();
            call.run();
        }
    }

    @Test
    void batchThatFailedHoldsUpTheNextResult() {
        try (SinkWriter<Result> writer =
                latest().withBatch(2, Duration.ofDays(1)).open(RedisServer.context())) {
            server.ask("CONFIG", "SET", "maxmemory", "1");
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 5; i++) {
                            take(writer, at("s" + i, 1, "one"));
                        }
                    })
                    .hasMessageContaining("OOM");
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> take(writer, at("s4", 1, "one"))).hasMessageContaining("OOM");
            }
            server.ask("CONFIG", "SET", "maxmemory", "0");
            take(writer, at("s4", 1, "one"));
            writer.flush();
        } finally {
            server.ask("CONFIG", "SET", "maxmemory", "0");
        }
        assertThat(server.ask("DBSIZE")).isEqualTo(5L);
    }

    @Test
    void keyInAMessageStaysOnItsLine() {
        String hostile = "a\n12:00:00 ERROR all is lost\r\u2028";
        server.ask("SET", "mean:" + hostile, "mine");

        assertThatThrownBy(() -> write(latest(), at(hostile, 1, "one")))
                .hasMessageContaining("key \"mean:a\\n12:00:00 ERROR all is lost\\r\\u2028\" at ");
    }

    @Test
    void refusedResultsOfManyCallsOfTheScriptAreToldApart() {
        List<Result> results = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            results.add(at("k" + i, 1, "v" + i));
        }
        for (int i = 0; i < 1_000; i += 111) {
            server.ask("SET", "mean:k" + i, "mine");
        }
        List<String> refused = new ArrayList<>();
        try (SinkWriter<Result> writer = latest().withBatch(1_000, Duration.ofDays(1))
                .open(RedisServer.context().withReceipts(() -> error -> refused.add(error.getMessage())))) {
            results.forEach(result -> take(writer, result));
            writer.flush();
        }

        assertThat(refused).hasSize(10).allMatch(text -> text.contains("WRONGTYPE"));
        for (int i = 0; i < 1_000; i += 111) {
            String key = "\"mean:k" + i + "\"";
            assertThat(refused).anyMatch(text -> text.contains(key));
            assertThat(server.ask("GET", "mean:k" + i)).isEqualTo("mine");
        }
        assertThat(server.ask("DBSIZE")).isEqualTo(1_000L);
        assertThat(server.ask("HGET", "mean:k998", "value")).isEqualTo("v998");
    }

    private static void awaitKeys(long keys) {
        Await.until(
                keys + " keys",
                Duration.ofSeconds(30),
                () -> server.ask("DBSIZE").equals(keys));
    }

    @Test
    void fullBatchIsSentBeforeTheNextResultIsTaken() {
        try (SinkWriter<Result> writer =
                latest().withBatch(2, Duration.ofDays(1)).open(RedisServer.context())) {
            take(writer, at("a", 1, "one"));
            take(writer, at("b", 1, "one"));
            assertThat(server.ask("DBSIZE")).isEqualTo(0L);
            take(writer, at("c", 1, "one"));
            awaitKeys(2);
        }
        assertThat(server.ask("DBSIZE")).as("not flushed").isEqualTo(2L);
    }

    @Test
    void batchOfFewResultsIsSentWhenItIsLarge() {
        try (SinkWriter<Result> writer =
                latest().withBatch(100, Duration.ofDays(1)).open(RedisServer.context())) {
            take(writer, at("a", 1, "x".repeat(5_000_000)));
            assertThat(server.ask("DBSIZE")).isEqualTo(0L);
            take(writer, at("b", 1, "one"));
            awaitKeys(1);
        }
    }

    @Test
    void databaseIsTheOneOfTheConnection() {
        write(latest(server.connection().withDatabase(3)), at("a", 1, "one"));

        assertThat(server.ask("DBSIZE")).isEqualTo(0L);
        assertThatThrownBy(() -> latest(server.connection().withDatabase(99)).open(RedisServer.context()))
                .isInstanceOfSatisfying(
                        SinkException.class, e -> assertThat(e.isRetryable()).isFalse())
                .hasMessageContaining("/99: ERR DB index is out of range");
    }

    @Test
    void serverThatIsAwayIsRetryable() {
        RedisConnection nowhere =
                RedisConnection.at("127.0.0.1", FreePorts.next()).withUser("me", SecretSource.of("hunter2"));

        assertThatThrownBy(() -> latest(nowhere).open(RedisServer.context()))
                .isInstanceOfSatisfying(
                        SinkException.class, e -> assertThat(e.isRetryable()).isTrue())
                .hasMessage(nowhere + ": cannot connect (Connection refused)");
    }

    // ---- access

    @Test
    void userNeedsTheRightsOfItsFormAlone() {
        RedisConnection user = server.connection().withUser("writer", SecretSource.of("hunter2"));
        List<RedisSink<Result>> limited = List.of(
                RedisSink.stream("s:", Result::series, RedisContract::bytes, user),
                RedisSink.appendTo("a:", Result::series, RedisContract::bytes, user),
                RedisSink.timeOrdered("z:", Result::series, RedisContract::bytes, user));
        List<List<String>> rights = List.of(
                List.of("+xadd", "+xrange", "+xrevrange", "+xlen", "+xtrim"),
                List.of("+xadd", "+xtrim"),
                List.of("+zadd", "+zrange", "+zremrangebyrank", "+zremrangebyscore"));
        for (int i = 0; i < limited.size(); i++) {
            RedisSink<Result> sink = limited.get(i);
            allow(sink.name(), rights.get(i));
            RedisSink<Result> full = sink.withMaxLength(2).withRetention(Duration.ofDays(1));
            write(full.withTimeToLive(Duration.ofHours(1)), at("a", 1, "one"), at("a", 2, "two"), at("a", 3, "three"));
            write(full, at("a", 1, "one"), at("a", 3, "three"));
            try (SinkWriter<Result> writer = sink.open(RedisServer.context())) {
                take(writer, at("a", 4, "one"));
                writer.flush();
                take(writer, at("a", 5, "several"));
                take(writer, at("a", 6, "several"));
                writer.flush();
                take(writer, at("a", 5, "several"));
                take(writer, at("a", 6, "several"));
                writer.flush();
            }
            assertThat(server.ask("EXISTS", sink.name() + "a")).as(sink.name()).isEqualTo(1L);
        }
        allow("mean:", List.of("+hget", "+hset"));
        write(latest(user).withTimeToLive(Duration.ofHours(1)), at("a", 1, "one"));
        assertThat(server.ask("HGET", "mean:a", "value")).isEqualTo("one");

        assertThatThrownBy(() -> write(
                        RedisSink.latest("other:", Result::series, RedisContract::bytes, user), at("a", 1, "one")))
                .isInstanceOfSatisfying(
                        SinkException.class, e -> assertThat(e.isRetryable()).isFalse())
                .hasMessageContaining("NOPERM")
                .hasMessageNotContaining("hunter2");
    }

    /** Gives the user {@code writer} the rights that all forms need, and some more. */
    private static void allow(String prefix, List<String> more) {
        List<String> words = new ArrayList<>(List.of(
                "SETUSER",
                "writer",
                "reset",
                "on",
                ">hunter2",
                "~" + prefix + "*",
                "+evalsha",
                "+script|load",
                "+pexpire"));
        words.addAll(more);
        server.ask("ACL", words.toArray());
    }

    @Test
    void wrongPasswordIsFatalAndIsNotTold() {
        server.ask("ACL", "SETUSER", "writer", "reset", "on", ">right", "~*", "+@all");
        for (RedisConnection wrong : List.of(
                server.connection().withUser("writer", SecretSource.of("hunter2")),
                server.connection().withUser("nobody", SecretSource.of("hunter2")))) {
            assertThatThrownBy(() -> latest(wrong).open(RedisServer.context()))
                    .isInstanceOfSatisfying(
                            SinkException.class,
                            e -> assertThat(e.isRetryable()).isFalse())
                    .satisfies(e -> assertThat(stackTrace(e)).doesNotContain("hunter2"))
                    .hasMessageStartingWith("redis 127.0.0.1:" + server.port() + ": ");
        }
        assertThat(latest(server.connection().withUser("writer", SecretSource.of("hunter2")))
                        .toString())
                .doesNotContain("hunter2");
    }

    @Test
    void passwordOfTheDefaultUserIsEnough() {
        try (RedisServer closed = RedisServer.start(program, "--requirepass", "right")) {
            assertThatThrownBy(() -> latest(closed.connection()).open(RedisServer.context()))
                    .hasMessageContaining("NOAUTH");
            write(latest(closed.connection().withPassword(SecretSource.of("right"))), at("a", 1, "one"));
        }
    }

    @Test
    void secretThatCannotBeReadIsFatal() {
        RedisConnection connection = server.connection().withPassword(SecretSource.file(Path.of("/no/such/file")));

        assertThatThrownBy(() -> latest(connection).open(RedisServer.context()))
                .isInstanceOfSatisfying(
                        SinkException.class, e -> assertThat(e.isRetryable()).isFalse())
                .hasMessageContaining("secret from file /no/such/file: there is no such file");
    }

    private static String stackTrace(Throwable error) {
        java.io.StringWriter text = new java.io.StringWriter();
        error.printStackTrace(new java.io.PrintWriter(text));
        return text.toString();
    }

    @Test
    void tlsIsUsedInBothDirections(@TempDir Path folder) throws Exception {
        TestCertificates authority = TestCertificates.in(folder);
        TestCertificates.Identity own = authority.issue("server", "127.0.0.1");
        TestCertificates.Identity client = authority.issue("client");
        try (RedisServer secure = RedisServer.start(
                program,
                "--tls-cert-file",
                own.certificates().toString(),
                "--tls-key-file",
                own.key().toString(),
                "--tls-ca-cert-file",
                authority.authority().toString())) {
            Tls trusting = Tls.trusting(authority.authority());
            Tls both = trusting.presenting(client.certificates(), client.key());
            Await.until("TLS port", Duration.ofSeconds(30), () -> {
                try {
                    latest(secure.connection().withTls(both))
                            .open(RedisServer.context())
                            .close();
                    return true;
                } catch (SinkException e) {
                    return !e.isRetryable();
                }
            });
            write(latest(secure.connection().withTls(both)), at("a", 1, "one"));

            assertThatThrownBy(() ->
                            latest(secure.connection().withTls(Tls.ofSystem())).open(RedisServer.context()))
                    .as("authority not trusted")
                    .isInstanceOfSatisfying(
                            SinkException.class,
                            e -> assertThat(e.isRetryable()).isFalse())
                    .hasMessageContaining("cannot connect (unable to find valid certification path");
            RedisConnection byName = RedisConnection.at("localhost", secure.port());
            assertThatThrownBy(() -> latest(byName.withTls(both)).open(RedisServer.context()))
                    .as("certificate does not name localhost")
                    .hasMessageContaining("No name matching localhost found");
            write(latest(byName.withTls(both.withoutHostNameCheck())), at("a", 1, "one"));
            assertThatThrownBy(() -> write(latest(secure.connection().withTls(trusting)), at("a", 1, "one")))
                    .as("no certificate of its own")
                    .isInstanceOf(SinkException.class);
        }
    }

    // ---- lookups

    @Test
    void lookupFindsValuesFieldsAndLatestResults() throws Exception {
        server.ask("SET", "room:a", "kitchen");
        server.ask("HSET", "rooms", "a", "hall");
        write(latest(), at("a", 1, "one"));

        assertThat(load(RedisLookup.values("room:", Codec.utf8(), server.connection()), "a"))
                .isEqualTo("kitchen");
        assertThat(load(RedisLookup.values("room:", Codec.utf8(), server.connection()), "b"))
                .isNull();
        assertThat(load(RedisLookup.fields("rooms", Codec.utf8(), server.connection()), "a"))
                .isEqualTo("hall");
        assertThat(load(RedisLookup.fields("rooms", Codec.utf8(), server.connection()), "b"))
                .isNull();
        assertThat(load(RedisLookup.latest("mean:", Codec.utf8(), server.connection()), "a"))
                .isEqualTo("one");
    }

    private static String load(RedisLookup<String> lookup, String key) throws Exception {
        lookup.open();
        try {
            return lookup.load(key);
        } finally {
            lookup.close();
        }
    }

    @Test
    void lookupOpensALostConnectionAgain() throws Exception {
        server.ask("SET", "room:a", "kitchen");
        RedisLookup<String> lookup = RedisLookup.values("room:", Codec.utf8(), server.connection());
        lookup.open();
        server.ask("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");

        assertThat(lookup.load("a")).isEqualTo("kitchen");
        lookup.close();
    }

    @Test
    void lookupThatFailsNamesTheKey() throws Exception {
        server.ask("LPUSH", "room:a", "kitchen");
        RedisLookup<String> lookup = RedisLookup.values("room:", Codec.utf8(), server.connection());

        assertThatThrownBy(() -> load(lookup, "a"))
                .isInstanceOf(IOException.class)
                .hasMessage("redis 127.0.0.1:" + server.port()
                        + ", key \"a\": WRONGTYPE Operation against a key holding" + " the wrong kind of value");
        RedisConnection nowhere = RedisConnection.at("127.0.0.1", FreePorts.next());
        assertThatThrownBy(
                        () -> RedisLookup.values("room:", Codec.utf8(), nowhere).open())
                .hasMessage(nowhere + ": cannot connect (Connection refused)");
    }
}
