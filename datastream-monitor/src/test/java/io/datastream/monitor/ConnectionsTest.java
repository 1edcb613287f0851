package io.datastream.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.monitor.Views.ConnectionView;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class ConnectionsTest {
    @Test
    void thoseOfThePipelineAndOfPoolsAreCounted() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        meters.gauge("hikaricp.connections", Tags.of("pool", "shop"), 7);
        meters.gauge("kafka.consumer.connection.count", tags("mine", "consumer-1"), 2);
        meters.gauge("kafka.producer.connection.count", tags("mine", "producer-1"), Double.NaN);
        meters.gauge("kafka.producer.connection.count", tags("another", "producer-2"), 3);
        meters.gauge("kafka.consumer.connection.close.total", tags("mine", "consumer-1"), 9);

        assertThat(Connections.of(meters, "mine"))
                .containsExactly(
                        new ConnectionView("consumer-1", 2L),
                        new ConnectionView("producer-1", null),
                        new ConnectionView("shop", 7L));
    }

    private static Tags tags(String pipeline, String client) {
        return Tags.of("pipeline", pipeline, "client.id", client);
    }
}
