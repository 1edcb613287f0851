package io.datastream.examples.doublenumbers;

import io.datastream.DataStream;
import io.datastream.formats.json.JsonCodec;
import io.datastream.runtime.PipelineController;
import java.util.List;

/** The named application in four lines: numbers go into one topic and come out of another, doubled and printed. */
public final class DoubleNumbers {
    private DoubleNumbers() {}

    /** Runs the example. */
    public static void main(String[] args) {
        DataStream app = DataStream.named("MyPipeline");
        app.registerProcessor("double_numbers", JsonCodec.of(Integer.class), n -> n * 2, "input", "double");
        app.streamData(List.of(1, 2, 3), "input");
        PipelineController controller = app.start();
        controller.drain();
    }
}
