package io.datastream.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.Pipeline;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.source.ListSource;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

@Timeout(60)
@ResourceLock(Resources.SYSTEM_OUT)
class SinksTest {
    private static String printedBy(Pipeline pipeline) throws InterruptedException {
        PrintStream before = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try (PipelineController controller = LocalRuntime.create().start(pipeline)) {
            controller.awaitTermination();
        } finally {
            System.setOut(before);
        }
        return printed.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
    }

    @Test
    void consolePrintsALineForEachResult() throws Exception {
        List<String> words = List.of("a", "bb");
        // region: console
        Pipeline pipeline = Pipeline.from(ListSource.of(words).logTime())
                .map(String::length)
                .to(Sinks.console(length -> "length " + length))
                .named("lengths");
        // endregion

        assertThat(printedBy(pipeline)).isEqualTo("length 1\nlength 2\n");
    }

    @Test
    void noResultForgesALineOrMovesTheCursor() throws Exception {
        List<String> hostile = List.of("a\nb\r", "\u001b[2J\0", "x\u202ey\u2028", "\ttab \uD83D\uDE80 \u00e9");

        assertThat(printedBy(Pipeline.from(ListSource.of(hostile).logTime()).to(Sinks.console())))
                .isEqualTo("a\\nb\\r\n\\u001b[2J\\u0000\nx\\u202ey\\u2028\n\ttab \uD83D\uDE80 \u00e9\n");
    }
}
