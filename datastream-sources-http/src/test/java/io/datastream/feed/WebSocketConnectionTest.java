package io.datastream.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.testkit.Await;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class WebSocketConnectionTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration IDLE = Duration.ofMinutes(1);
    private static final int MESSAGES = 4;
    private static final int SIZE = 1 << 20;

    private final AtomicInteger read = new AtomicInteger();

    /** Without a farewell, behind messages of which the last one is that with which enough waits to be kept. */
    @Test
    void anEndWhileNothingIsReadIsFoundBeforeTheIdleTimeIsOver() throws Exception {
        AtomicLong nanos = new AtomicLong();
        try (RawWsServer server = new RawWsServer((number, out) -> {
            for (int i = 0; i < MESSAGES; i++) {
                out.write(new byte[] {(byte) 0x82, 127});
                out.write(ByteBuffer.allocate(8).putLong(SIZE).array());
                out.write(new byte[SIZE]);
            }
        })) {
            FeedOptions options = FeedOptions.at(server.url(), "ws", IDLE);
            WebSocketConnection connection =
                    WebSocketConnection.open(options, WebSocketTalk.SILENT, "", new Counts(), nanos::get);
            Await.until("enough waits", LIMIT, connection::isHeldBack);
            CompletableFuture<String> end = CompletableFuture.supplyAsync(() -> end(connection));
            Await.until("the messages", LIMIT, () -> read.get() == MESSAGES);
            Await.until("the end", LIMIT, () -> {
                nanos.addAndGet(500_000_000);
                connection.tick();
                return end.isDone();
            });
            assertThat(end.join()).isNotEqualTo("nothing came for " + IDLE);
            connection.close();
        }
    }

    private String end(WebSocketConnection connection) {
        try {
            while (true) {
                Batch batch = new Batch("");
                connection.read(batch);
                read.addAndGet(batch.records.size());
            }
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
