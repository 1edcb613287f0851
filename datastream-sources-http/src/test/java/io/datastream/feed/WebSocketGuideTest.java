package io.datastream.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.Pipeline;
import io.datastream.aggregate.Aggregations;
import io.datastream.error.ErrorPolicy;
import io.datastream.formats.json.JsonCodec;
import io.datastream.log.FileLog;
import io.datastream.log.FileLogOptions;
import io.datastream.runtime.Checkpoints;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.secret.SecretSource;
import io.datastream.sink.Sinks;
import io.datastream.testkit.Await;
import io.datastream.time.Tumbling;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The example of docs/connectors/websocket.md: its snippets are regions of this file. */
@Timeout(120)
class WebSocketGuideTest {
    // region: websocket-record
    record Trade(long number, String symbol, Instant time, double price) {}
    // endregion

    @Test
    void messagesOfAServiceAreKeptAndProcessed(@TempDir Path folder) throws Exception {
        Path tokenFile = Files.writeString(folder.resolve("token"), "s3cret");
        Queue<Object> means = new ConcurrentLinkedQueue<>();
        Queue<Object> letters = new ConcurrentLinkedQueue<>();
        try (WsServer server = WsServer.start()) {
            server.plain = true;
            String url = server.url();
            // region: websocket
            FileLogOptions options =
                    FileLogOptions.defaults().withRetention(Duration.ofDays(7)).withMaxBytes(10L << 30);
            try (FileLog log = FileLog.open(folder.resolve("trades"), options)) {
                JsonCodec<Trade> json = JsonCodec.of(Trade.class);
                WebSocketSource<Trade> trades = WebSocketSource.at(url, log, WebSocketDecoder.ofPayload(json))
                        .withToken(SecretSource.file(tokenFile))
                        .withSubscribe("subscribe")
                        .withResume(
                                message -> String.valueOf(
                                        json.decode(message.payload()).number()),
                                last -> List.of("after " + last));
                Pipeline pipeline = Pipeline.from(trades.source()
                                .eventTime(Trade::time)
                                .disorderUpTo(Duration.ofSeconds(5))
                                .onError(ErrorPolicy.deadLetter()))
                        .keyBy(Trade::symbol)
                        .window(Tumbling.of(Duration.ofMinutes(1)))
                        .aggregate(Aggregations.mean(Trade::price))
                        .to(Sinks.collectInto(means))
                        .deadLettersTo(Sinks.collectInto(letters))
                        .named("means");
                LocalRuntime runtime = LocalRuntime.create().withCheckpoints(Checkpoints.to(folder.resolve("state")));
                try (PipelineController controller = runtime.start(pipeline);
                        FeedSubscription subscription = trades.start()) {
                    publish(server, subscription);
                    // ... until the program is to end
                    subscription.close();
                    controller.drain();
                }
            }
            // endregion
        }
        assertThat(means).hasSize(2);
        assertThat(letters).singleElement().asString().startsWith("trades@2: ").contains("websocket 2: ");
    }

    private static void publish(WsServer server, FeedSubscription subscription) {
        server.publish(List.of(
                "{\"number\":1,\"symbol\":\"a\",\"time\":\"2024-01-01T00:00:01Z\",\"price\":1}",
                "{\"number\":2,\"symbol\":\"a\",\"time\":\"2024-01-01T00:00:02Z\",\"price\":3}",
                "{\"number\":3,\"symbol\":\"a\",\"time\":\"2024-01-01T00:00:02Z\",\"price\":\"dear\"}",
                "{\"number\":4,\"symbol\":\"b\",\"time\":\"2024-01-01T00:00:03Z\",\"price\":5}",
                "{\"number\":5,\"symbol\":\"a\",\"time\":\"2024-01-01T00:01:10Z\",\"price\":4}")); // ends the minute
        Await.until(
                "five messages",
                Duration.ofSeconds(60),
                () -> subscription.status().kept() == 5);
    }
}
