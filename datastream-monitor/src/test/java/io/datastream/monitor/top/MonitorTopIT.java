package io.datastream.monitor.top;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.datastream.Pipeline;
import io.datastream.codec.Codec;
import io.datastream.monitor.Monitor;
import io.datastream.monitor.MonitorServer;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.sink.Sinks;
import io.datastream.source.TopicSource;
import io.datastream.testkit.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The program on a real terminal: a pseudo terminal of the command {@code script}, as Linux has it. */
@Timeout(120)
class MonitorTopIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Tells the settings of the terminal before and after. Ctrl-C reaches this shell too, which goes on. */
    private static final String SHELL = "trap : INT; echo before $(stty -g);"
            + " \"$JAVA\" -Xmx64m -XX:TieredStopAtLevel=1 io.datastream.monitor.top.MonitorTop \"$ADDRESS\" --every 0.2;"
            + " echo status $?; echo after $(stty -g)";

    @TempDir
    Path folder;

    private Process onATerminal(MonitorServer server, Path output) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("script", "-qfec", SHELL, "/dev/null")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("SHELL", "/bin/sh");
        builder.environment()
                .put(
                        "JAVA",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString());
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        builder.environment().put("ADDRESS", server.uri().toString());
        return builder.start();
    }

    private static String line(String output, String start) {
        return output.lines()
                .filter(line -> line.startsWith(start))
                .findFirst()
                .orElseThrow(() -> new AssertionError(output))
                .substring(start.length());
    }

    @ParameterizedTest
    @CsvSource({"113, 0", "3, 130"})
    void leavesTheTerminalAsItWas(int key, int status) throws Exception {
        assumeTrue(
                System.getProperty("os.name").equals("Linux") && Files.exists(Path.of("/usr/bin/script")),
                "no command script of Linux");
        Path output = folder.resolve("output");
        Pipeline pipeline = Pipeline.from(TopicSource.of("words", Codec.utf8()).logTime())
                .to(Sinks.collectInto(new CopyOnWriteArrayList<>()))
                .named("plant");
        try (PipelineController controller = LocalRuntime.create().start(pipeline);
                MonitorServer server = Monitor.serve(controller, 0)) {
            Process process = onATerminal(server, output);
            try {
                Await.untilAsserted(
                        LIMIT, () -> assertThat(Files.readString(output)).contains("plant  RUNNING", "q ends"));
                process.getOutputStream().write(key);
                process.getOutputStream().flush();
                assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            } finally {
                process.destroyForcibly();
            }
        }
        String text = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(text).contains(TopScreen.ENTER);
        assertThat(text.substring(text.lastIndexOf(TopScreen.LEAVE) + TopScreen.LEAVE.length())
                        .lines()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty() && !line.equals("^C"))
                        .toList())
                .isEqualTo(List.of("status " + status, "after " + line(text, "before ")));
    }
}
