package io.datastream.monitor.top;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.Pipeline;
import io.datastream.alert.Alert;
import io.datastream.alert.AlertBook;
import io.datastream.alert.AlertState;
import io.datastream.alert.Severity;
import io.datastream.codec.Codec;
import io.datastream.monitor.Monitor;
import io.datastream.monitor.MonitorServer;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.secret.SecretSource;
import io.datastream.secret.Tls;
import io.datastream.sink.Sinks;
import io.datastream.source.TopicSource;
import io.datastream.testkit.Await;
import io.datastream.testkit.TestCertificates;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class MonitorTopTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String TOKEN = "a token of some length";
    private static final Codec<String> TEXT = Codec.utf8();

    @TempDir
    Path folder;

    private final LocalRuntime runtime = LocalRuntime.create();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
    }

    private PipelineController pipeline(String name) {
        PipelineController pipeline =
                runtime.start(Pipeline.from(TopicSource.of("words", TEXT).logTime())
                        .filter(word -> !word.isEmpty())
                        .named("not empty")
                        .to(Sinks.collectInto(new CopyOnWriteArrayList<>()))
                        .named(name));
        opened.add(pipeline);
        return pipeline;
    }

    private MonitorServer monitor(Monitor monitor) {
        MonitorServer server = monitor.start();
        opened.add(0, server);
        return server;
    }

    private int run(String... args) {
        return run(Map.of(), args);
    }

    private int run(Map<String, String> environment, String... args) {
        out.reset();
        err.reset();
        return MonitorTop.run(
                List.of(args),
                environment,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String complained() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private static AlertBook book(String series) {
        return book(series, 1);
    }

    private static AlertBook book(String series, int count) {
        Instant since = Instant.parse("2026-01-01T00:00:00Z");
        Alert alert = new Alert(
                "too-hot",
                "plant",
                series,
                Severity.CRITICAL,
                AlertState.RAISED,
                since,
                since,
                93.5,
                90.0,
                "The boiler is too hot.",
                "Why.",
                "Where.",
                "e",
                0);
        return new AlertBook() {
            @Override
            public List<Alert> active() {
                return Collections.nCopies(count, alert);
            }

            @Override
            public List<Alert> history() {
                return List.of(alert);
            }

            @Override
            public List<ChannelStatus> channels() {
                return List.of(new ChannelStatus("mail", 1, 2, 3, "no route"), new ChannelStatus("log", 0, 5, 0, null));
            }
        };
    }

    @Test
    void printsOneFrameOfPipelinesStagesAndAlerts() {
        runtime.publish("words", TEXT, List.of("a", "b", "c"));
        MonitorServer server =
                monitor(Monitor.of(pipeline("plant")).and(pipeline("other")).withAlerts(book("boiler 3")));
        String address = server.uri().toString();
        Await.untilAsserted(LIMIT, () -> {
            assertThat(run(address, "--once", "--width", "200")).isZero();
            assertThat(printed().lines())
                    .anyMatch(line ->
                            line.startsWith("datastream at " + address) && line.endsWith("  2 pipelines, 1 alert"))
                    .anyMatch(line -> line.startsWith("plant  RUNNING  in ") && line.contains("not read -, behind "))
                    .anyMatch(line -> line.startsWith("other  RUNNING  in "))
                    .anyMatch(line -> line.matches("  stage +steps +in/s +out/s +not read +behind +waiting +keys"))
                    .anyMatch(line -> line.matches("  +0  ?words > not empty.*"))
                    .anyMatch(line -> line.startsWith("! CRITICAL too-hot of boiler 3 in plant, for ")
                            && line.endsWith(": The boiler is too hot."))
                    .contains(
                            "! channel mail: 1 wait, 2 delivered, 3 lost: no route",
                            "  channel log: 0 wait, 5 delivered, 0 lost");
        });
        assertThat(printed()).doesNotContain("\u001b");
    }

    @Test
    void leavesRoomForPipelinesIfThereAreManyAlerts() {
        MonitorServer server = monitor(Monitor.of(pipeline("plant")).withAlerts(book("boiler", 200)));
        assertThat(run(server.uri().toString(), "--once")).isZero();
        assertThat(printed().lines().filter(line -> line.contains("too-hot"))).hasSize(10);
        assertThat(printed()).contains("1 pipeline, 200 alerts", "\n  and 190 more alerts\n", "\nplant  ");
    }

    @Test
    void showsOnePipelineIfItIsAskedTo() {
        MonitorServer server = monitor(Monitor.of(pipeline("a.b")).and(pipeline("other")));
        assertThat(run(server.uri().toString(), "--once", "--pipeline", "a.b")).isZero();
        assertThat(printed()).contains("\na.b  ").doesNotContain("\nother  ");
        assertThat(run(server.uri().toString(), "--once", "--pipeline", "none")).isEqualTo(1);
        assertThat(complained()).isEqualTo("pipeline: none (expected: one that the monitor shows)\n");
    }

    @Test
    void keepsLinesWithinTheWidth() {
        MonitorServer server = monitor(Monitor.of(pipeline("p".repeat(150))).withAlerts(book("x".repeat(300))));
        assertThat(run(server.uri().toString(), "--once", "--width", "60")).isZero();
        assertThat(printed().lines()).allMatch(line -> line.length() <= 60);
    }

    @Test
    void letsNamesControlNoTerminal() {
        MonitorServer server =
                monitor(Monitor.of(pipeline("plant")).withAlerts(book("\u001b[2Jboiler\r\nall is well")));
        assertThat(run(server.uri().toString(), "--once", "--width", "200")).isZero();
        assertThat(printed()).doesNotContain("\u001b", "\r").contains("too-hot of [2Jboiler all is well in plant");
    }

    @Test
    void showsTheTokenOfAFileOrOfTheEnvironment() throws Exception {
        MonitorServer server = monitor(Monitor.of(pipeline("plant")).withToken(SecretSource.of(TOKEN)));
        String address = server.uri().toString();
        assertThat(run(address, "--once")).isEqualTo(1);
        assertThat(complained()).contains("the token is missing or wrong (expected: --token-file");
        Path file = Files.writeString(folder.resolve("token"), TOKEN + "\n");
        assertThat(run(address, "--once", "--token-file", file.toString())).isZero();
        assertThat(run(Map.of("DATASTREAM_MONITOR_TOKEN", TOKEN), address, "--once"))
                .isZero();
        assertThat(printed()).contains("plant  ").doesNotContain(TOKEN);
        assertThat(run(address, "--once", "--token-file", folder.resolve("none").toString()))
                .isEqualTo(1);
        assertThat(complained()).contains("there is no such file");
    }

    @Test
    void asksAMonitorOverTlsWhoseAuthorityItIsToldToTrust() throws Exception {
        TestCertificates certificates = TestCertificates.in(folder);
        TestCertificates.Identity identity = certificates.issue("monitor", "localhost", "127.0.0.1");
        Monitor monitor = Monitor.of(pipeline("plant"))
                .withTls(Tls.ofSystem().presenting(identity.certificates(), identity.key()))
                .withToken(SecretSource.of(TOKEN));
        String address = monitor(monitor).uri().toString();
        Map<String, String> environment = Map.of("DATASTREAM_MONITOR_TOKEN", TOKEN);
        assertThat(run(environment, address, "--once")).isEqualTo(1);
        assertThat(complained()).startsWith("monitor " + address + ": ").contains("(expected: a monitor that answers)");
        String authority = certificates.authority().toString();
        assertThat(run(environment, address, "--once", "--trust", authority)).isZero();
        assertThat(printed()).contains("plant  ");
    }

    @Test
    void saysWhatIsWrong() {
        assertThat(run("http://127.0.0.1:1", "--once")).isEqualTo(1);
        assertThat(complained())
                .startsWith("monitor http://127.0.0.1:1/: ")
                .contains("(expected: a monitor that answers)");
        assertThat(run()).isEqualTo(2);
        assertThat(complained()).isEqualTo("address: none (expected: such as http://127.0.0.1:8080)\n");
        assertThat(run("ftp://x")).isEqualTo(2);
        assertThat(run("http://x", "--width", "9")).isEqualTo(2);
        assertThat(complained()).isEqualTo("--width: 9 (expected: a number from 40 to 1000)\n");
        assertThat(run("http://x", "--every")).isEqualTo(2);
        assertThat(complained()).isEqualTo("--every: no value (expected: one behind it)\n");
        assertThat(run("http://x", "--colour")).isEqualTo(2);
        assertThat(run("--help")).isZero();
        assertThat(printed()).startsWith("usage: MonitorTop ADDRESS");
    }

    @Test
    void drawsAnewInTheSizeOfTheTerminalUntilQEndsIt() throws Exception {
        MonitorServer server = monitor(Monitor.of(pipeline("plant")).withAlerts(book("x".repeat(300))));
        TopOptions options = TopOptions.of(List.of(server.uri().toString()), Map.of());
        Screen screen =
                new Screen(List.of(new Terminal.Size(40, 100), new Terminal.Size(5, 50)), List.of(-1, (int) 'q'));
        MonitorTop.follow(new TopClient(options), options, screen);
        assertThat(screen.frames).hasSize(2);
        assertThat(screen.visible(0)).anyMatch(line -> line.length() > 90).anyMatch(line -> line.startsWith("plant  "));
        assertThat(screen.visible(1)).hasSize(5).allMatch(line -> line.length() <= 50);
        assertThat(screen.visible(1).get(3)).matches("\\.\\.\\. [0-9]+ more lines");
        assertThat(screen.isClosed).isTrue();
        assertThat(screen.last).isEqualTo(TopScreen.LEAVE);
    }

    @Test
    void staysAndSaysSoWhenTheMonitorIsAway() throws Exception {
        MonitorServer server = monitor(Monitor.of(pipeline("plant")));
        TopOptions options = TopOptions.of(List.of(server.uri().toString()), Map.of());
        server.close();
        Screen screen = new Screen(List.of(new Terminal.Size(40, 200)), List.of(-1, 3));
        MonitorTop.follow(new TopClient(options), options, screen);
        assertThat(screen.frames).hasSize(2);
        assertThat(screen.visible(1)).anyMatch(line -> line.contains("(expected: a monitor that answers)"));
    }

    @Test
    void sendsNoTokenOverANetworkWithoutTls() {
        Map<String, String> environment = Map.of("DATASTREAM_MONITOR_TOKEN", TOKEN);
        assertThat(run(environment, "http://192.0.2.1:8080", "--once")).isEqualTo(2);
        assertThat(complained())
                .isEqualTo("address: http://192.0.2.1:8080/ with a token (expected: https://, or an address of this"
                        + " machine)\n");
        assertThat(TopOptions.of(List.of("https://192.0.2.1"), environment).token())
                .isNotNull();
        assertThat(TopOptions.of(List.of("http://[::1]:80"), environment).token())
                .isNotNull();
        assertThat(TopOptions.of(List.of("http://localhost"), environment).token())
                .isNotNull();
    }

    @Test
    void drawsNothingMoreWhenItIsClosed() {
        Screen terminal = new Screen(List.of(new Terminal.Size(40, 100)), List.of());
        TopScreen screen = new TopScreen(terminal, true);
        screen.close();
        screen.draw(width -> List.of(new TopFrame.Line("late", TopFrame.Style.BAD)));
        assertThat(terminal.frames).isEmpty();
        assertThat(terminal.last).isEqualTo(TopScreen.LEAVE);
    }

    @Test
    void hasNoColoursIfTheEnvironmentSaysSo() {
        assertThat(TopOptions.of(List.of("http://a"), Map.of()).hasColours()).isTrue();
        assertThat(TopOptions.of(List.of("http://a"), Map.of("NO_COLOR", "1")).hasColours())
                .isFalse();
        for (boolean hasColours : List.of(true, false)) {
            Screen terminal = new Screen(List.of(new Terminal.Size(40, 100)), List.of());
            new TopScreen(terminal, hasColours).draw(width -> List.of(new TopFrame.Line("bad", TopFrame.Style.BAD)));
            assertThat(terminal.frames.get(0).contains("\u001b[31m")).isEqualTo(hasColours);
        }
    }

    @Test
    void takesOneAddress() {
        assertThatThrownBy(() -> TopOptions.of(List.of("http://a", "http://b"), Map.of()))
                .hasMessage("argument: http://b (expected: one address, and options; --help lists them)");
    }

    /** A terminal that notes what is drawn, with sizes and keys as a test says. */
    private static final class Screen implements Terminal {
        final List<String> frames = new ArrayList<>();
        private final Deque<Size> sizes;
        private final Deque<Integer> keys;
        boolean isClosed;
        String last = "";

        Screen(List<Size> sizes, List<Integer> keys) {
            this.sizes = new ArrayDeque<>(sizes);
            this.keys = new ArrayDeque<>(keys);
        }

        @Override
        public Size size() {
            return sizes.size() > 1 ? sizes.removeFirst() : sizes.getFirst();
        }

        @Override
        public int key(long millis) {
            return keys.removeFirst();
        }

        @Override
        public void write(String text) {
            last = text;
            if (text.startsWith("\u001b[H")) {
                frames.add(text);
            }
        }

        /** The lines of a frame, without what controls the terminal. */
        List<String> visible(int frame) {
            return frames.get(frame)
                    .replaceAll("\u001b\\[[0-9;?]*[A-Za-z]", "")
                    .lines()
                    .toList();
        }

        @Override
        public void close() {
            isClosed = true;
        }
    }
}
