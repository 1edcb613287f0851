package io.datastream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.aggregate.Aggregations;
import io.datastream.plan.Plan;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.sink.Sinks;
import io.datastream.source.ListSource;
import io.datastream.time.Tumbling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class KeyedStreamTest {
    private final List<String> results = new ArrayList<>();

    private static KeyedStream<String, Integer> evenAndOdd() {
        return Pipeline.from(ListSource.of(List.of(1, 2, 3, 4)).eventTimeNanos(Integer::longValue))
                .keyBy(number -> number % 2 == 0 ? "even" : "odd");
    }

    private void run(KeyedStream<String, String> stream) throws InterruptedException {
        try (PipelineController controller = LocalRuntime.create()
                .start(stream.to(Sinks.collectInto(results)).named("test"))) {
            controller.awaitTermination();
        }
    }

    @Test
    void mapsKeyAndValue() throws Exception {
        run(evenAndOdd().mapValues((key, number) -> number + " is " + key));
        assertThat(results).containsExactly("1 is odd", "2 is even", "3 is odd", "4 is even");
    }

    @Test
    void mapsKeyAndValueBehindAStepWithState() throws Exception {
        run(evenAndOdd()
                .window(Tumbling.of(Duration.ofNanos(10)))
                .aggregate(Aggregations.count())
                .mapValues(window -> window.value())
                .filter(count -> count > 0)
                .mapValues((key, count) -> count + " are " + key));
        assertThat(results).containsExactlyInAnyOrder("2 are even", "2 are odd");
    }

    @Test
    void passesTheKeyOnThroughAnExchange() throws Exception {
        run(evenAndOdd()
                .mapValues((key, number) -> key.length() * number)
                .window(Tumbling.of(Duration.ofNanos(10)))
                .aggregate(Aggregations.sum(number -> number))
                .mapValues((key, window) -> key + " " + window.value()));
        assertThat(results).containsExactlyInAnyOrder("even 24.0", "odd 12.0");
    }

    @Test
    void failsWhereTheFunctionOfKeyAndValueReturnsNull() {
        assertThatThrownBy(() -> run(evenAndOdd().mapValues((key, number) -> number == 3 ? null : key)))
                .hasMessageContainingAll("map", "the function returned null");
    }

    @Test
    void showsTheFunctionOfKeyAndValueAsAMap() {
        Plan plan = evenAndOdd()
                .mapValues((key, number) -> key + number)
                .to(Sinks.console())
                .named("pairs")
                .plan();
        assertThat(plan.describe()).isEqualTo("""
                        pipeline pairs
                          stage 0: source list
                            list (disorder up to PT0S)
                            keyBy
                            map
                            to console (AT_LEAST_ONCE)
                        """);
    }
}
