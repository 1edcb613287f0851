package io.datastream.formats.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.Pipeline;
import io.datastream.codec.record.Decimal;
import io.datastream.error.ErrorPolicy;
import io.datastream.formats.json.Change.Operation;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.sink.Sinks;
import io.datastream.source.TopicSource;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The examples of docs/connectors/debezium.md: its snippets are regions of this file. */
class DebeziumGuideTest {
    // region: debezium-row
    record Order(
            long id,
            String customer,
            @Nullable @Decimal(precision = 12, scale = 2) BigDecimal total,
            Instant placedAt) {}
    // endregion

    @Test
    void followsATable() throws Exception {
        LocalRuntime runtime = LocalRuntime.create();
        String source = "\"source\":{\"connector\":\"postgresql\",\"db\":\"shop\",\"schema\":\"public\",\"table\":"
                + "\"orders\",\"ts_ms\":%d}";
        String order = "{\"id\":%d,\"customer\":\"%s\",\"total\":\"B1vNFQ==\",\"placed_at\":1709210096123456}";
        append(runtime, "{\"op\":\"c\",\"after\":" + order.formatted(1, "Ada") + "," + source.formatted(1) + "}");
        append(runtime, "{\"ts_ms\":2}");
        append(runtime, "{\"op\":\"d\",\"before\":" + order.formatted(1, "Ada") + "," + source.formatted(3) + "}");
        Queue<String> results = new ConcurrentLinkedQueue<>();

        // region: debezium
        DebeziumDecoder<Order> changes =
                DebeziumDecoder.of(Order.class).withTimes(ChronoUnit.MICROS).withDecimals(DebeziumDecimals.PRECISE);
        TopicSource<Change<Order>> orders = TopicSource.of("shop.public.orders", changes);

        Pipeline pipeline = Pipeline.from(orders.eventTime(Change::time)
                        .onError(ErrorPolicy.skip())
                        .idleAfter(Duration.ofSeconds(10)))
                .filter(change -> change.operation() != Operation.TRUNCATE)
                .map(change -> change.operation() + " " + change.row().id())
                .to(Sinks.collectInto(results))
                .named("orders");
        // endregion
        try (PipelineController controller = runtime.start(pipeline)) {
            controller.drain();
        }

        assertThat(results).containsExactly("CREATE 1", "DELETE 1");
    }

    private static void append(LocalRuntime runtime, String document) {
        runtime.topics()
                .topic("shop.public.orders")
                .append(System.currentTimeMillis() * 1_000_000, null, document.getBytes(UTF_8));
    }
}
