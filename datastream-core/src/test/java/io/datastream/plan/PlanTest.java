package io.datastream.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.KeyedStream;
import io.datastream.Pipeline;
import io.datastream.Stream;
import io.datastream.aggregate.Aggregations;
import io.datastream.error.ErrorPolicy;
import io.datastream.sink.Sinks;
import io.datastream.source.ListSource;
import io.datastream.time.Session;
import io.datastream.time.Sliding;
import io.datastream.time.Tumbling;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanTest {
    private static final Tumbling SECOND = Tumbling.of(Duration.ofSeconds(1));

    private static Stream<Long> numbers() {
        return Pipeline.from(ListSource.of(List.of(1L)).eventTimeNanos(n -> n));
    }

    @Test
    void printsStagesExchangesAndState() {
        Plan plan = numbers()
                .filter(n -> n > 0)
                .keyBy(n -> n % 3)
                .window(SECOND)
                .aggregate(Aggregations.count())
                .to(Sinks.console())
                .named("thirds")
                .plan();
        assertThat(plan.describe()).isEqualTo("""
                        pipeline thirds
                          stage 0: source list
                            list (disorder up to PT0S)
                            filter
                            keyBy
                            -> stage 1 through an exchange by keyBy
                          stage 1: keyed by keyBy
                            tumbling-PT1S-count (state: windows tumbling-PT1S, count)
                            to console (AT_LEAST_ONCE)
                        """);
        assertThat(plan.mermaid())
                .startsWith("flowchart LR\n")
                .contains("n2[\"keyBy\"]", "n2 == exchange ==> n3", "n3[(\"tumbling-PT1S-count\")]");
    }

    @Test
    void runsASharedPrefixOnce() {
        KeyedStream<Long, Long> shared = numbers().map(n -> n + 1).keyBy(n -> n);
        Plan plan = shared.window(SECOND)
                .aggregate(Aggregations.count())
                .to(Sinks.console())
                .and(shared.window(SECOND).aggregate(Aggregations.sum(n -> n)).to(Sinks.console()))
                .plan();
        assertThat(plan.stages()).hasSize(2);
        assertThat(plan.nodes().stream().filter(Node.MapNode.class::isInstance)).hasSize(1);
        assertThat(plan.stages().get(1).ports()).hasSize(1);
    }

    @Test
    void needsNoExchangeForAKeyThatNoStateUses() {
        Plan plan = numbers()
                .keyBy(n -> n)
                .mapValues(n -> n * 2)
                .to(Sinks.console())
                .plan();
        assertThat(plan.stages()).hasSize(1);
    }

    @Test
    void refusesTwoStepsWithStateOfOneName() {
        KeyedStream<Long, Long> keyed = numbers().keyBy(n -> n);
        Pipeline twice = keyed.window(SECOND)
                .aggregate(Aggregations.count())
                .to(Sinks.console())
                .and(keyed.filter(n -> n > 1)
                        .window(SECOND)
                        .aggregate(Aggregations.count())
                        .to(Sinks.console()));
        assertThatThrownBy(twice::plan)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("step name: \"tumbling-PT1S-count\" is that of two steps (expected: unique names; give one"
                        + " of them another with .named(\"...\"))");
    }

    @Test
    void keepsGivenNamesWhateverTheStepsBefore() {
        Plan plan = Pipeline.from(ListSource.of(List.of(1)).logTime())
                .filter(number -> true)
                .map(number -> number)
                .named("filter")
                .to(Sinks.console())
                .plan();
        assertThat(plan.nodes().stream().map(plan::nameOf)).containsExactly("list", "filter-2", "filter", "to console");
    }

    @Test
    void letsWindowsAfterSessionsWaitForThem() {
        Node sessions = Pipeline.from(ListSource.of(List.of(1)).logTime())
                .keyBy(number -> number)
                .window(Session.withGap(Duration.ofSeconds(1)))
                .aggregate(Aggregations.count())
                .named("sessions")
                .to(Sinks.console())
                .plan()
                .nodes()
                .stream()
                .filter(Node::isStateful)
                .findFirst()
                .orElseThrow();
        assertThat(Plan.delayOf(sessions)).isEqualTo(2);
    }

    @Test
    void refusesDeadLettersWithoutAPlaceForThem() {
        Pipeline pipeline =
                numbers().map(n -> n).onError(ErrorPolicy.deadLetter()).to(Sinks.console());
        assertThatThrownBy(pipeline::plan)
                .hasMessage("step \"map\": its error policy is DEAD_LETTER, but the pipeline has no place for dead"
                        + " letters (expected: Pipeline.deadLettersTo(sink))");
    }

    @Test
    void refusesToTryAStepWithStateAgain() {
        Pipeline pipeline = numbers()
                .keyBy(n -> n)
                .window(SECOND)
                .aggregate(Aggregations.count())
                .onError(ErrorPolicy.retry(2, Duration.ZERO))
                .to(Sinks.console());
        assertThatThrownBy(pipeline::plan).hasMessageContaining("a step with state cannot be tried again");
    }

    @Test
    void refusesAWindowAfterResultsThatMayBeAnyTimeBehind() {
        Pipeline pipeline = numbers()
                .keyBy(n -> n)
                .window(SECOND.withEmpty())
                .aggregate(Aggregations.count())
                .window(Tumbling.of(Duration.ofMinutes(1)))
                .aggregate(Aggregations.count())
                .to(Sinks.console());
        assertThatThrownBy(pipeline::plan)
                .hasMessageContaining("step \"tumbling-PT1M-count\": it follows \"tumbling-PT1S-count\"")
                .hasMessageContaining("could never close");
    }

    @Test
    void refusesAStepThatCutsAWindowIntoTooManySlices() {
        Sliding.Size day = Sliding.of(Duration.ofDays(1));
        assertThatThrownBy(() -> day.every(Duration.ofMillis(7)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("step: PT0.007S (expected: a step with which size PT24H has at most 65536 slices of their"
                        + " greatest common divisor; it has 86400000 of PT0.001S)");
    }

    @Test
    void cutsAPipelineIntoPartsByATopic() {
        Plan plan = numbers()
                .keyedBy(n -> n)
                .via("doors")
                .window(SECOND)
                .aggregate(Aggregations.count())
                .to(Sinks.console())
                .named("parts")
                .plan();
        assertThat(plan.describe()).contains("-> stage 1 via doors, by keyedBy");
        assertThat(plan.stages().get(1).via()).isEqualTo("doors");
        assertThat(plan.stages().get(1).isFused()).isFalse();
    }

    @Test
    void refusesATopicBetweenPartsThatNoStepWithStateFollows() {
        Pipeline pipeline =
                numbers().keyBy(n -> n).via("doors").filter(n -> n > 1).to(Sinks.console());
        assertThatThrownBy(pipeline::plan)
                .hasMessage(
                        "via(\"doors\"): no step with state follows it directly (expected: one place after keyBy, with a"
                                + " window or a keyed process next)");
    }

    @Test
    void refusesStepsThatAreFedPastATopicBetweenParts() {
        KeyedStream<Long, Long> keyed = numbers().keyBy(n -> n);
        Pipeline pipeline = keyed.via("doors")
                .window(SECOND)
                .aggregate(Aggregations.count())
                .to(Sinks.console())
                .and(keyed.window(SECOND).aggregate(Aggregations.sum(n -> n)).to(Sinks.console()));
        assertThatThrownBy(pipeline::plan).hasMessageContaining("steps of the same key are fed past it");
    }

    @Test
    void refusesATopicBetweenPartsAtTwoKeys() {
        Pipeline pipeline = numbers()
                .keyBy(n -> n)
                .via("doors")
                .window(SECOND)
                .aggregate(Aggregations.count())
                .to(Sinks.console())
                .and(numbers()
                        .keyBy(n -> -n)
                        .via("doors")
                        .window(SECOND)
                        .aggregate(Aggregations.sum(n -> n))
                        .to(Sinks.console()));
        assertThatThrownBy(pipeline::plan).hasMessageContaining("via(\"doors\"): it stands at two keys");
    }
}
