package io.datastream.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.datastream.secret.SecretSource;
import io.datastream.sink.Sink;
import io.datastream.testkit.compat.SinkKit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;

/** The kit for sinks, with each form. */
abstract class RedisSinkKit {
    static final String PASSWORD = "hunter2";

    /** Options of a server that has the user of the sinks. */
    static final List<String> OPTIONS = List.of("--user", "writer", "on", ">" + PASSWORD, "~*", "+@all");

    private static final String PREFIX = "k:";
    private static final String WRONG = "holds something else";

    record Result(String series, int value) {}

    /** Where the server is. */
    abstract RedisConnection server();

    abstract Asking asking();

    /** The server, if it can be stopped and started; else null. */
    @Nullable
    RedisServer restartable() {
        return null;
    }

    @BeforeEach
    void empty() {
        asking().ask("FLUSHALL");
        asking().ask("SET", PREFIX + WRONG, "mine");
    }

    private RedisConnection connection() {
        return server().withUser("writer", SecretSource.of(PASSWORD));
    }

    private static byte[] bytes(Result result) {
        return Integer.toString(result.value()).getBytes(UTF_8);
    }

    abstract class Kit extends SinkKit<Result> {
        /** The values under a key, in their order. */
        abstract List<String> values(String key);

        @Override
        protected Result result(int key, int version) {
            return new Result("s" + key, version);
        }

        /** Later for each version, as the newest result of a key is the one that stays. */
        @Override
        protected long time(int key, int version) {
            return super.time(key, 0) + version * 1_000_000L;
        }

        @Override
        protected List<Result> contents() {
            List<Result> results = new ArrayList<>();
            for (String key : asking().texts("KEYS", PREFIX + "*")) {
                String series = key.substring(PREFIX.length());
                if (!series.equals(WRONG)) {
                    values(key).forEach(value -> results.add(new Result(series, Integer.parseInt(value))));
                }
            }
            return results;
        }

        @Override
        protected Result refused() {
            return new Result(WRONG, 1);
        }

        @Override
        protected List<Result> strange() {
            return List.of(
                    new Result("", 1),
                    new Result("a\r\nFLUSHALL\r\n", 2),
                    new Result("*1\r\n$8\r\nFLUSHALL\r\n", 3),
                    new Result("\0\1\n\t", 4),
                    new Result("'); redis.call('FLUSHALL') --", 5),
                    new Result("\" \\ ' ` $ {x} %s", 6),
                    new Result("\uD83D\uDE80 \u00e9\u4e16", Integer.MIN_VALUE),
                    new Result("x".repeat(200_000), Integer.MAX_VALUE));
        }

        @Override
        protected List<String> secrets() {
            return List.of(PASSWORD);
        }

        @Override
        protected @Nullable Server server() {
            RedisServer own = restartable();
            if (own == null) {
                return null;
            }
            return new Server() {
                @Override
                public void stop() {
                    own.kill();
                }

                @Override
                public void start() {
                    own.restart();
                }
            };
        }

        List<String> entries(String key) {
            return asking().stream(key).stream()
                    .map(entry -> entry.substring(entry.lastIndexOf(' ') + 1, entry.length() - 2))
                    .toList();
        }
    }

    @Nested
    class Latest extends Kit {
        @Override
        protected Sink<Result> sink() {
            return RedisSink.latest(PREFIX, Result::series, RedisSinkKit::bytes, connection());
        }

        @Override
        List<String> values(String key) {
            return List.of((String) asking().ask("HGET", key, "value"));
        }
    }

    @Nested
    class Streams extends Kit {
        @Override
        protected Sink<Result> sink() {
            return RedisSink.stream(PREFIX, Result::series, RedisSinkKit::bytes, connection())
                    .withMaxLength(1);
        }

        @Override
        List<String> values(String key) {
            return entries(key);
        }
    }

    @Nested
    class Appended extends Kit {
        @Override
        protected Sink<Result> sink() {
            return RedisSink.appendTo(PREFIX, Result::series, RedisSinkKit::bytes, connection());
        }

        @Override
        List<String> values(String key) {
            return entries(key);
        }
    }

    @Nested
    class TimeOrdered extends Kit {
        @Override
        protected Sink<Result> sink() {
            return RedisSink.timeOrdered(PREFIX, Result::series, RedisSinkKit::bytes, connection())
                    .withMaxLength(1);
        }

        @Override
        List<String> values(String key) {
            return asking().texts("ZRANGE", key, 0, -1).stream()
                    .map(member -> member.substring(31))
                    .toList();
        }
    }
}
