package io.datastream.poll;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.Pipeline;
import io.datastream.formats.json.JsonCodec;
import io.datastream.formats.json.JsonLinesFormat;
import io.datastream.httpclient.HttpEndpoint;
import io.datastream.log.FileLogOptions;
import io.datastream.log.PolledLog;
import io.datastream.log.Poller;
import io.datastream.runtime.Checkpoints;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.secret.SecretSource;
import io.datastream.sink.Sinks;
import io.datastream.testkit.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of docs/connectors/http-poll.md: its snippet is a region of this file. */
class PollGuideTest {
    record Price(String item, Instant time, double value) {}

    @Test
    void fetchesPrices(@TempDir Path folder) throws Exception {
        Queue<Price> dear = new ConcurrentLinkedQueue<>();
        try (PageServer server = new PageServer()) {
            server.answers.add(PageServer.Answer.ok("""
                    {"item":"tea","time":"2026-01-05T08:00:00Z","value":2.5}
                    {"item":"cake","time":"2026-01-05T08:00:01Z","value":4.1}
                    """));
            String url = server.url("/prices");
            SecretSource token = SecretSource.of("token");
            // region: http-poll
            FileLogOptions options = FileLogOptions.defaults().withRetention(Duration.ofDays(7));
            try (PolledLog log = PolledLog.open(folder.resolve("prices"), options)) {
                HttpEndpoint service = HttpEndpoint.of(url).withToken(token);
                HttpPoll<Price> prices = HttpPoll.of(
                                service, JsonLinesFormat.of(Price.class), JsonCodec.of(Price.class), log)
                        .every(Duration.ofSeconds(10))
                        .askingAfter("since", price -> price.time().toString());
                Pipeline pipeline = Pipeline.from(prices.source().eventTime(Price::time))
                        .filter(price -> price.value() > 3)
                        .to(Sinks.collectInto(dear))
                        .named("dear");
                LocalRuntime runtime = LocalRuntime.create().withCheckpoints(Checkpoints.to(folder.resolve("state")));
                try (PipelineController controller = runtime.start(pipeline);
                        Poller poller = prices.start()) {
                    awaitPrices(poller);
                    // ... until the program is to end
                    controller.drain();
                }
            }
            // endregion
        }
        assertThat(dear).extracting(Price::item).containsExactly("cake");
    }

    @Test
    void followsOffsets(@TempDir Path folder) throws Exception {
        try (PageServer server = new PageServer();
                PolledLog log = PolledLog.open(folder)) {
            server.answers.add(PageServer.Answer.ok("""
                    {"item":"tea","time":"2026-01-05T08:00:00Z","value":2.5}
                    {"item":"cake","time":"2026-01-05T08:00:01Z","value":4.1}
                    """));
            HttpPoll<Price> prices = HttpPoll.of(
                    HttpEndpoint.of(server.url("/prices?offset=0")),
                    JsonLinesFormat.of(Price.class),
                    JsonCodec.of(Price.class),
                    log);
            // region: http-poll-offsets
            HttpPoll<Price> byOffsets = prices.followedBy(page -> {
                int offset = Integer.parseInt(page.uri().getQuery().substring("offset=".length()));
                return Optional.of(page.resolve("?offset=" + (offset + page.records())));
            });
            // endregion
            try (Poller poller = byOffsets.start()) {
                Await.until("the end", Duration.ofSeconds(60), () -> server.requests.size() == 2);
                assertThat(poller.status().records()).isEqualTo(2);
            }
            assertThat(server.requests).containsExactly("/prices?offset=0", "/prices?offset=2");
        }
    }

    @Test
    void followsCursors(@TempDir Path folder) throws Exception {
        try (PageServer server = new PageServer();
                PolledLog log = PolledLog.open(folder)) {
            server.answers.add(
                    PageServer.Answer.ok("{\"item\":\"tea\",\"time\":\"2026-01-05T08:00:00Z\",\"value\":2.5}\n")
                            .with("X-Cursor", "abc"));
            HttpPoll<Price> prices = HttpPoll.of(
                    HttpEndpoint.of(server.url("/prices")),
                    JsonLinesFormat.of(Price.class),
                    JsonCodec.of(Price.class),
                    log);
            // region: http-poll-cursor
            HttpPoll<Price> byCursor = prices.followedBy(
                    page -> page.headers().firstValue("X-Cursor").map(cursor -> page.resolve("?cursor=" + cursor)));
            // endregion
            try (Poller poller = byCursor.start()) {
                Await.until("the end", Duration.ofSeconds(60), () -> server.requests.size() == 2);
                assertThat(poller.status().records()).isEqualTo(1);
            }
            assertThat(server.requests).containsExactly("/prices", "/prices?cursor=abc");
        }
    }

    private static void awaitPrices(Poller poller) {
        Await.until("the prices", Duration.ofSeconds(60), () -> poller.status().records() >= 2);
    }
}
