package io.datastream.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.Pipeline;
import io.datastream.aggregate.Aggregations;
import io.datastream.error.DeadLetter;
import io.datastream.error.Late;
import io.datastream.plan.Node.SinkNode;
import io.datastream.plan.Plan;
import io.datastream.plan.Stage;
import io.datastream.sink.Sinks;
import io.datastream.source.ListSource;
import io.datastream.time.Tumbling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Keys without state, which a task keeps a number of to use again. */
class SpareSlotsTest {
    private static final int MANY = 5_000;

    private final List<Object> results = new ArrayList<>();
    private final List<String> stored = new ArrayList<>();
    private final KeyedTask task = task();

    private KeyedTask task() {
        Plan plan = Pipeline.from(ListSource.<Long>of(List.of()).eventTimeNanos(time -> time))
                .keyedBy(time -> time)
                .window(Tumbling.of(Duration.ofNanos(10)))
                .aggregate(Aggregations.count())
                .mapValues(window -> window.key() + ":" + window.value())
                .to(Sinks.calling("results", (time, value) -> results.add(value)))
                .plan();
        Stage keyed = plan.stages().get(1);
        return new KeyedTask(plan, keyed, 0, new int[] {0}, new Into(), true);
    }

    private final class Into implements TaskOutput {
        @Override
        public ResultTarget openSink(SinkNode sink) {
            return (time, key, value) -> results.add(value);
        }

        @Override
        public RowTarget openExchange(Stage target, int port) {
            throw new IllegalStateException("no stage follows");
        }

        @Override
        public void deadLetter(DeadLetter letter) {
            throw new IllegalStateException(letter.toString());
        }

        @Override
        public void late(Late<?> late) {}

        @Override
        public void backOff(Duration pause) {}
    }

    private void rows(long time, int... keys) {
        for (int key : keys) {
            task.row(0, 0, -1, time, Long.MIN_VALUE, (long) key, time);
        }
    }

    private void watermark(long time) {
        task.watermark(0, time);
        task.advance();
    }

    private void changes() {
        stored.clear();
        task.changes((step, key, part, value) -> stored.add(part + (value == null ? " gone" : " there")));
    }

    private static int[] many() {
        return IntStream.range(0, MANY).toArray();
    }

    @Test
    void areNotCountedAsKeys() {
        rows(1, 1, 2);
        assertThat(task.keys()).isEqualTo(2);
        watermark(10);
        assertThat(task.keys()).isZero();
        rows(11, 2);
        assertThat(task.keys()).isEqualTo(1);
        assertThat(results).containsExactly("1:1", "2:1");
    }

    @Test
    void startAnewWithTheNextRecord() {
        for (int window = 0; window < 3; window++) {
            rows(10 * window + 1, 1, 1, 2);
            watermark(10 * window + 10);
        }
        assertThat(results).containsExactly("1:2", "2:1", "1:2", "2:1", "1:2", "2:1");
    }

    @Test
    void areKeptUpToALimit() {
        for (int window = 0; window < 3; window++) {
            rows(10 * window + 1, many());
            assertThat(task.keys()).isEqualTo(MANY);
            watermark(10 * window + 10);
            assertThat(task.keys()).isZero();
            assertThat(task.slots()).hasSizeLessThanOrEqualTo(1_024).isNotEmpty();
        }
        assertThat(results).hasSize(3 * MANY);
    }

    @Test
    void staySpareWhenOnlyALateRecordComes() {
        rows(1, 1);
        watermark(20);
        rows(2, 1, 3);
        assertThat(task.keys()).isZero();
        assertThat(results).containsExactly("1:1");
    }

    @Test
    void leaveNothingInTheStore() {
        rows(1, 1, 2);
        changes();
        assertThat(stored).containsExactly("0 there", "0 there");
        watermark(10);
        rows(11, 1);
        changes();
        assertThat(stored).containsExactly("1 there", "0 gone", "0 gone");
        watermark(20);
        changes();
        assertThat(stored).containsExactly("1 gone");
    }
}
