package io.datastream.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.codec.Codec;
import io.datastream.secret.SecretSource;
import io.datastream.sink.Guarantee;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What needs no server. */
class RedisSinkTest {
    private static final RedisConnection CONNECTION = RedisConnection.at("redis.example")
            .withUser("me", SecretSource.of("hunter2"))
            .withDatabase(2);

    private final RedisSink<String> latest = RedisSink.latest("mean:", key -> key, Codec.utf8(), CONNECTION);
    private final RedisSink<String> stream = RedisSink.stream("", key -> key, Codec.utf8(), CONNECTION);
    private final RedisSink<String> appended = RedisSink.appendTo("log:", key -> key, Codec.utf8(), CONNECTION);
    private final RedisSink<String> set = RedisSink.timeOrdered("set:", key -> key, Codec.utf8(), CONNECTION);

    @Test
    void saysWhatItGuarantees() {
        assertThat(latest.guarantee()).isEqualTo(Guarantee.EFFECTIVELY_ONCE);
        assertThat(stream.guarantee()).isEqualTo(Guarantee.EFFECTIVELY_ONCE);
        assertThat(appended.guarantee()).isEqualTo(Guarantee.AT_LEAST_ONCE);
        assertThat(set.guarantee()).isEqualTo(Guarantee.EFFECTIVELY_ONCE);
    }

    @Test
    void isNamedAndShownWithoutSecrets() {
        assertThat(latest.name()).isEqualTo("mean:");
        assertThat(stream.name()).isEqualTo("redis");
        assertThat(latest).hasToString("RedisSink[LATEST mean:* of redis redis.example:6379/2]");
        assertThat(RedisLookup.values("room:", Codec.utf8(), CONNECTION))
                .hasToString("RedisLookup[VALUES room: of redis redis.example:6379/2]");
    }

    @Test
    void canBeShipped() throws Exception {
        RedisSink<String> sink = RedisSink.latest("mean:", key -> key, text -> new byte[0], CONNECTION);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(sink.withTimeToLive(Duration.ofDays(1)));
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(in.readObject()).hasToString(sink.toString());
        }
    }

    @Test
    void limitsAreForFormsWithSeveralEntries() {
        assertThatThrownBy(() -> latest.withMaxLength(5))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("max length: 5 (expected: a stream or a sorted set; a key of latest() holds one result, see"
                        + " withTimeToLive())");
        assertThatThrownBy(() -> latest.withRetention(Duration.ofDays(1)))
                .hasMessageStartingWith("retention: PT24H (expected: a stream or a sorted set;");
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        assertThatThrownBy(() -> stream.withMaxLength(0)).hasMessage("max length: 0 (expected: from 1 to 2147483647)");
        assertThatThrownBy(() -> stream.withRetention(Duration.ZERO))
                .hasMessage("retention: PT0S (expected: from 1 ms to 100 years)");
        assertThatThrownBy(() -> stream.withTimeToLive(Duration.ofNanos(1)))
                .hasMessage("time to live: PT0.000000001S (expected: from 1 ms to 100 years)");
        assertThatThrownBy(() -> stream.withBatch(0, Duration.ZERO))
                .hasMessage("results: 0 (expected: from 1 to 10000)");
        assertThatThrownBy(() -> stream.withBatch(1, Duration.ofDays(2)))
                .hasMessage("longest: PT48H (expected: from 0 to a day)");
        assertThatThrownBy(() -> RedisConnection.at(" ")).hasMessage("host: blank (expected: a name or an address)");
        assertThatThrownBy(() -> RedisConnection.at("h", 0)).hasMessage("port: 0 (expected: from 1 to 65535)");
        assertThatThrownBy(() -> CONNECTION.withDatabase(-1)).hasMessage("database: -1 (expected: 0 or more)");
        assertThatThrownBy(() -> CONNECTION.withTimeout(Duration.ZERO))
                .hasMessage("timeout: PT0S (expected: from 100 ms to a day)");
    }
}
