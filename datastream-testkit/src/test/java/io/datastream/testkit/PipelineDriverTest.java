package io.datastream.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.Pipeline;
import io.datastream.aggregate.Aggregations;
import io.datastream.codec.CodecException;
import io.datastream.error.DeadLetter;
import io.datastream.error.ErrorPolicy;
import io.datastream.error.Late;
import io.datastream.error.PipelineException;
import io.datastream.source.ListSource;
import io.datastream.testkit.PipelineDriver.Commits;
import io.datastream.time.Tumbling;
import io.datastream.time.Windowed;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PipelineDriverTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private record Reading(String sensor, Instant time, double value) {}

    private final TestSource<Reading> readings = TestSource.named("readings");
    private final TestSink<Windowed<String, Double>> sums = TestSink.named("sums");
    private final Pipeline minuteSums = Pipeline.from(
                    readings.eventTime(Reading::time).disorderUpTo(Duration.ofSeconds(10)))
            .keyBy(Reading::sensor)
            .window(Tumbling.of(MINUTE))
            .aggregate(Aggregations.sum(Reading::value))
            .to(sums);

    private static Reading at(int second, double value) {
        return new Reading("a", START.plusSeconds(second), value);
    }

    @Test
    void givesResultsWhenTheWatermarkPassesTheWindow() {
        try (PipelineDriver driver = PipelineDriver.of(minuteSums)) {
            driver.push("readings", at(10, 1));
            driver.push("readings", at(69, 2));
            assertThat(driver.results(sums)).isEmpty();
            driver.push("readings", at(70, 4));
            assertThat(driver.results(sums)).hasSize(1);
            assertThat(driver.results(sums).get(0).value().value()).isEqualTo(1.0);
            assertThat(driver.results(sums).get(0).key()).isEqualTo("a");
            assertThat(driver.results(sums).get(0).time())
                    .isEqualTo(START.plus(MINUTE).minusNanos(1));
        }
    }

    @Test
    void waitsForTheSlowestPartition() {
        try (PipelineDriver driver =
                PipelineDriver.of(minuteSums).withPartitions("readings", 2).withShards(3)) {
            driver.push("readings", 0, at(10, 1));
            driver.push("readings", 0, at(700, 2));
            assertThat(driver.results(sums)).isEmpty();
            driver.push("readings", 1, at(20, 4));
            assertThat(driver.results(sums)).isEmpty();
            driver.endOfInput("readings", 1);
            assertThat(driver.values(sums)).extracting(Windowed::value).containsExactly(5.0);
            driver.endOfInput();
            assertThat(driver.values(sums)).extracting(Windowed::value).containsExactly(5.0, 2.0);
        }
    }

    @ParameterizedTest
    @EnumSource(Commits.class)
    void goesOnAfterACrashAsIfNothingHadHappened(Commits commits) {
        try (PipelineDriver driver = PipelineDriver.of(minuteSums).withCommits(commits)) {
            driver.push("readings", at(10, 0.1));
            driver.push("readings", at(75, 0.3));
            driver.commit();
            driver.push("readings", at(150, 0.5));
            List<PipelineDriver.Result<Windowed<String, Double>>> before = driver.results(sums);
            driver.crash();
            assertThat(driver.results(sums)).isEqualTo(before);
            driver.endOfInput();
            assertThat(driver.values(sums)).extracting(Windowed::value).containsExactly(0.1, 0.3, 0.5);
        }
    }

    @Test
    void movesTheWatermarkOfAnIdleSource() {
        try (PipelineDriver driver = PipelineDriver.of(minuteSums)) {
            driver.push("readings", at(10, 1));
            driver.advanceTo(START.plusSeconds(60));
            assertThat(driver.values(sums)).hasSize(1);
            driver.push("readings", at(59, 1));
            assertThat(driver.lates()).hasSize(1);
            Late<?> late = driver.lates().get(0);
            assertThat(late.value()).isEqualTo(at(59, 1));
            assertThat(late.place()).isEqualTo("readings-0@1");
            assertThat(driver.late("tumbling-PT1M-sum")).isEqualTo(1);
        }
    }

    @Test
    void keepsDeadLettersWithPlaceAndBytes() {
        TestSink<DeadLetter> dead = TestSink.named("dead");
        Pipeline pipeline = Pipeline.from(readings.eventTime(Reading::time).onError(ErrorPolicy.deadLetter()))
                .to(TestSink.named("out"))
                .deadLettersTo(dead);
        try (PipelineDriver driver = PipelineDriver.of(pipeline)) {
            driver.pushMalformed(
                    "readings",
                    0,
                    new CodecException("field \"ts\": missing"),
                    "{}".getBytes(StandardCharsets.UTF_8),
                    START);
            assertThat(driver.deadLetters()).hasSize(1);
            DeadLetter letter = driver.deadLetters().get(0);
            assertThat(letter.place()).isEqualTo("readings-0@0");
            assertThat(letter.message()).isEqualTo("field \"ts\": missing");
            assertThat(letter.originalText()).isEqualTo("{}");
        }
    }

    @Test
    void throwsWhatAStepThrows() {
        Pipeline pipeline = Pipeline.from(readings.eventTime(Reading::time))
                .map(reading -> 1 / (int) reading.value())
                .named("divide")
                .to(TestSink.named("out"));
        try (PipelineDriver driver = PipelineDriver.of(pipeline)) {
            driver.push("readings", at(0, 1));
            assertThatThrownBy(() -> driver.push("readings", at(1, 0)))
                    .isInstanceOf(PipelineException.class)
                    .hasMessageContaining("readings-0@1: step \"divide\"");
        }
    }

    @Test
    void refusesRecordsTooFarAheadOfTheirLogTime() {
        try (PipelineDriver driver = PipelineDriver.of(minuteSums)) {
            assertThatThrownBy(() -> driver.push("readings", 0, at(86_401, 1), START))
                    .isInstanceOf(PipelineException.class)
                    .hasMessageContaining("readings-0@0")
                    .hasMessageContaining("event time: 2026-01-02T00:00:01Z");
        }
    }

    @Test
    void readsBoundedSources() {
        TestSink<Integer> out = TestSink.named("out");
        Pipeline pipeline = Pipeline.from(ListSource.partitioned(List.of(List.of(1, 2), List.of(3)))
                        .eventTime(number -> START.plusSeconds(number)))
                .map(number -> number * 2)
                .to(out);
        try (PipelineDriver driver = PipelineDriver.of(pipeline)) {
            driver.readSources();
            assertThat(driver.values(out)).containsExactly(2, 4, 6);
            assertThat(driver.results("out")).hasSize(3);
        }
    }

    @Test
    void namesWhatItKnowsWhenAskedForSomethingElse() {
        try (PipelineDriver driver = PipelineDriver.of(minuteSums)) {
            assertThatThrownBy(() -> driver.push("reading", at(0, 1))).hasMessageContaining("[readings]");
            assertThatThrownBy(() -> driver.push("readings", 1, at(0, 1))).hasMessageContaining("withPartitions");
            assertThatThrownBy(() -> driver.results(TestSink.named("sums"))).hasMessageContaining("sink: sums");
            assertThatThrownBy(() -> driver.withShards(2)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void describesWhereItsTasksStand() {
        try (PipelineDriver driver = PipelineDriver.of(minuteSums)) {
            driver.push("readings", at(10, 1));
            assertThat(driver.describe())
                    .contains("readings-0: read 1, watermark 2026-01-01T00:00:00Z")
                    .contains("stage 1 task 0: watermark 2026-01-01T00:00:00Z, 1 keys, 0 rows wait");
        }
    }
}
