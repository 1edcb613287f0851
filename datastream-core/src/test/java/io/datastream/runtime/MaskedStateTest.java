package io.datastream.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.KeyedStream;
import io.datastream.Pipeline;
import io.datastream.aggregate.Aggregation;
import io.datastream.error.Masked;
import io.datastream.processor.Emitter;
import io.datastream.processor.KeyedProcessor;
import io.datastream.processor.StateCodec;
import io.datastream.sink.Sinks;
import io.datastream.source.ListSource;
import io.datastream.time.Tumbling;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Steps that fail and tell what they have kept of records with masked fields. */
@Timeout(30)
class MaskedStateTest {
    record Secret(@Masked String text, long time) {}

    enum Call {
        ADD,
        TIMER,
        WRITE
    }

    private static final String TOLD = "no [Secret[text=***, time=1]";

    private static KeyedStream<String, Secret> secrets() {
        List<Secret> list = List.of(new Secret("4111a", 1), new Secret("4111b", 2), new Secret("4111c", 3));
        return Pipeline.from(ListSource.of(list).eventTimeNanos(Secret::time)).keyBy(secret -> "all");
    }

    private static String failure(LocalRuntime runtime, Pipeline pipeline) {
        PipelineController controller = runtime.start(pipeline);
        try (controller) {
            controller.drain();
        } catch (RuntimeException e) {
            // it is the controller's failure, too
        }
        StringWriter text = new StringWriter();
        controller.failure().orElseThrow().printStackTrace(new PrintWriter(text));
        return text + " " + controller.status();
    }

    /** Keeps all records, and quotes them when it fails. */
    private static final class Kept
            implements KeyedProcessor<String, Secret, List<Secret>, Secret>,
                    Aggregation<Secret, List<Secret>, String>,
                    StateCodec<List<Secret>> {
        private static final long serialVersionUID = 1L;

        private final Call failing;

        Kept(Call failing) {
            this.failing = failing;
        }

        private void call(Call call, List<Secret> kept) {
            if (call == failing && !kept.isEmpty()) {
                throw new IllegalStateException("no " + kept);
            }
        }

        @Override
        public String name() {
            return "Kept";
        }

        @Override
        public List<Secret> newState(String key) {
            return new ArrayList<>();
        }

        @Override
        public void process(String key, long time, Secret value, List<Secret> kept, Emitter<Secret> out) {
            add(kept, time, value);
        }

        @Override
        public long nextTimer(List<Secret> kept) {
            return failing == Call.TIMER ? 4 : NO_TIMER;
        }

        @Override
        public void onTimer(String key, long time, List<Secret> kept, Emitter<Secret> out) {
            call(Call.TIMER, kept);
        }

        @Override
        public boolean isEmpty(List<Secret> kept) {
            return kept.isEmpty();
        }

        @Override
        public StateCodec<List<Secret>> stateCodec() {
            return this;
        }

        @Override
        public List<Secret> create() {
            return new ArrayList<>();
        }

        @Override
        public void add(List<Secret> kept, long time, Secret item) {
            call(Call.ADD, kept);
            kept.add(item);
        }

        @Override
        public void merge(List<Secret> into, List<Secret> later) {
            into.addAll(later);
        }

        @Override
        public String finish(List<Secret> kept) {
            return "";
        }

        @Override
        public StateCodec<List<Secret>> codec() {
            return this;
        }

        @Override
        public int version() {
            return 1;
        }

        @Override
        public void write(List<Secret> kept, DataOutput out) throws IOException {
            call(Call.WRITE, kept);
            out.writeInt(0);
        }

        @Override
        public List<Secret> read(int version, DataInput in) throws IOException {
            in.readInt();
            return new ArrayList<>();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"ADD", "TIMER"})
    void whatAProcessorSaysOfItsStateIsToldWithoutMaskedFields(Call failing) {
        Pipeline pipeline = secrets().process(new Kept(failing)).to(Sinks.collectInto(new ArrayList<>()));
        assertThat(failure(LocalRuntime.create(), pipeline)).contains(TOLD).doesNotContain("4111");
    }

    @Test
    void whatAnAggregationSaysOfItsAccumulatorIsToldWithoutMaskedFields() {
        Pipeline pipeline = secrets()
                .window(Tumbling.of(Duration.ofNanos(10)))
                .aggregate(new Kept(Call.ADD))
                .to(Sinks.collectInto(new ArrayList<>()));
        assertThat(failure(LocalRuntime.create(), pipeline)).contains(TOLD).doesNotContain("4111");
    }

    @Test
    void whatIsSaidOfStateThatCannotBeWrittenIsToldWithoutMaskedFields(@TempDir Path folder) {
        Pipeline pipeline = secrets().process(new Kept(Call.WRITE)).to(Sinks.collectInto(new ArrayList<>()));
        assertThat(failure(LocalRuntime.create().withCheckpoints(Checkpoints.to(folder)), pipeline))
                .contains("step \"Kept\": state cannot be written", TOLD)
                .doesNotContain("4111");
    }
}
