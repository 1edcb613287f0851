package io.datastream.processors.resample;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.Pipeline;
import io.datastream.aggregate.Aggregations;
import io.datastream.plan.Explained;
import io.datastream.processors.Row;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.runtime.WindowExplanation;
import io.datastream.sink.Sinks;
import io.datastream.source.ListSource;
import io.datastream.time.Tumbling;
import io.datastream.time.Window;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is said of windows of points that were filled in. */
class ExplainedPointsTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    @Timeout(60)
    void areCountedApart() throws InterruptedException {
        List<Row> rows = List.of(new Row(7, 0, 0), new Row(7, 40 * SECOND, 40), new Row(7, 70 * SECOND, 70));
        Pipeline pipeline = Pipeline.from(ListSource.<Row>of(rows).eventTimeNanos(Row::time))
                .keyBy(Row::number)
                .process(Resample.<Row>every(Duration.ofSeconds(10), Row::value)
                        .linear()
                        .withMaxGap(Duration.ofMinutes(1)))
                // region: explain-filled
                .window(Tumbling.of(Duration.ofMinutes(1)))
                .explained(Explained.DEFAULT_WINDOWS, GridPoint::isInterpolated)
                // endregion
                .aggregate(Aggregations.mean(GridPoint::value))
                .named("means")
                .to(Sinks.calling("nowhere", (time, mean) -> {}));
        try (PipelineController controller = LocalRuntime.create().start(pipeline)) {
            controller.awaitTermination();
            WindowExplanation explanation = controller.explain("means", 7, new Window(0, 60 * SECOND));
            assertThat(explanation.toString()).contains(": 6 results, 4 of them filled in");
        }
    }
}
