package io.datastream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.codec.Codec;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.sink.Sinks;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class DataStreamTest {
    private static final Codec<Integer> NUMBERS = Codec.of(
            number -> number.toString().getBytes(StandardCharsets.UTF_8),
            bytes -> Integer.valueOf(new String(bytes, StandardCharsets.UTF_8)));

    @Test
    void passesDataThroughRegisteredProcessorsInTheOrderOfTheirTopics() {
        LocalRuntime runtime = LocalRuntime.create();
        Queue<Object> seen = new ConcurrentLinkedQueue<>();
        DataStream app = DataStream.named("numbers", runtime);
        app.registerProcessor("increment", NUMBERS, n -> n + 1, "double", "result");
        app.registerProcessor("double_numbers", NUMBERS, n -> n * 2, "input", "double");
        app.attachSink("result", Sinks.collectInto(seen));
        app.streamData(List.of(1, 2, 3), "input");
        PipelineController controller = app.start();
        while (seen.size() < 3) {
            Thread.onSpinWait();
        }
        controller.close();
        assertThat(seen).containsExactly(3, 5, 7);
        assertThat(runtime.topics().topic("double").values(NUMBERS)).containsExactly(2, 4, 6);
    }

    @Test
    void refusesDataForATopicThatNoProcessorKnows() {
        DataStream app = DataStream.named("numbers");
        app.registerProcessor("double_numbers", NUMBERS, n -> n * 2, "input", "double");
        assertThatThrownBy(() -> app.streamData(List.of(1), "inptu"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("topic: inptu (expected: one of a registered processor");
    }

    @Test
    void refusesTwoProcessorsOfOneName() {
        DataStream app = DataStream.named("numbers");
        app.registerProcessor("twice", NUMBERS, n -> n * 2, "input", "double");
        assertThatThrownBy(() -> app.registerProcessor("twice", NUMBERS, n -> n * 2, "double", "quadruple"))
                .hasMessageContaining("processor: \"twice\" is registered");
    }

    @Test
    void refusesToStartWithoutProcessors() {
        assertThatThrownBy(() -> DataStream.named("empty").start())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no processor is registered");
    }
}
