package io.datastream.jdbc.poll;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.Pipeline;
import io.datastream.error.ErrorPolicy;
import io.datastream.formats.json.JsonCodec;
import io.datastream.log.FileLogOptions;
import io.datastream.log.PolledLog;
import io.datastream.runtime.Checkpoints;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.secret.SecretSource;
import io.datastream.sink.Sinks;
import io.datastream.testkit.Await;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of docs/connectors/jdbc-poll.md: its snippets are regions of this file. */
class PollGuideTest {
    @TempDir
    Path state;

    private final Queue<Order> results = new ConcurrentLinkedQueue<>();

    // region: jdbc-poll-row
    record Order(long id, String customer, @Nullable BigDecimal total, Instant changedAt) {}
    // endregion

    @Test
    void followsATable() throws Exception {
        Sql sql = Sql.h2();
        sql.execute("CREATE TABLE orders (id bigint PRIMARY KEY, customer varchar(50) NOT NULL, total numeric(12,2),"
                + " changed_at timestamp(6) with time zone)");
        sql.execute("INSERT INTO orders VALUES (1, 'Ada', 12.50, '2024-01-01 00:00:00Z')");
        sql.execute("CREATE USER reader PASSWORD 'secret'");
        sql.execute("GRANT SELECT ON orders TO reader");
        String url = sql.url().replace(";DB_CLOSE_DELAY=-1", ""); // which is for administrators
        Path passwordFile = Files.writeString(state.resolve("password"), "secret");
        // region: jdbc-poll
        Database shop = Database.at(url, "reader", SecretSource.file(passwordFile));
        PolledRows rows = PolledRows.byTime("orders", "changed_at", "id").withOverlap(Duration.ofMinutes(2));
        FileLogOptions keepAMonth = FileLogOptions.defaults().withRetention(Duration.ofDays(30));
        LocalRuntime runtime = LocalRuntime.create().withCheckpoints(Checkpoints.to(state.resolve("checkpoints")));

        try (PolledLog log = PolledLog.open(state.resolve("orders"), keepAMonth)) {
            JdbcPoll<Order> orders = JdbcPoll.of(shop, rows, Order.class, JsonCodec.of(Order.class), log)
                    .every(Duration.ofSeconds(5));
            Pipeline pipeline = Pipeline.from(orders.source()
                            .eventTime(Order::changedAt)
                            .disorderUpTo(Duration.ofMinutes(2))
                            .onError(ErrorPolicy.skip()))
                    .filter(order -> order.total() != null)
                    .to(Sinks.collectInto(results))
                    .named("orders");
            try (PipelineController controller = runtime.start(pipeline);
                    JdbcPoller poller = orders.start()) {
                awaitEndOfProgram(poller);
            }
        }
        // endregion

        assertThat(results)
                .containsExactly(new Order(1, "Ada", new BigDecimal("12.50"), Instant.parse("2024-01-01T00:00:00Z")));
    }

    private void awaitEndOfProgram(JdbcPoller poller) {
        Await.until("the row", Duration.ofSeconds(60), () -> poller.status().records() == 1 && !results.isEmpty());
    }
}
