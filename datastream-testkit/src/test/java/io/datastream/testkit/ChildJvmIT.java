package io.datastream.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildJvmIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    /** Prints what it was given and ends with 3. */
    static final class Greeter {
        public static void main(String[] arguments) {
            System.out.println("hello " + arguments[0] + " of " + System.getProperty("planet"));
            System.err.println("größe");
            System.exit(3);
        }
    }

    /** Appends a line to a file as fast as it can, for ever. */
    static final class Ticker {
        public static void main(String[] arguments) throws Exception {
            System.out.println("ready");
            for (long i = 0; ; i++) {
                Files.writeString(Path.of(arguments[0]), Long.toString(i));
            }
        }
    }

    /** Fails without arguments. */
    static final class Failing {
        public static void main(String[] arguments) {
            if (arguments.length == 0) {
                throw new IllegalArgumentException("no good");
            }
        }
    }

    /** Starts a {@link Ticker}, tells its process id, and waits. */
    static final class Parent {
        public static void main(String[] arguments) throws Exception {
            ChildJvm child =
                    ChildJvm.of(Ticker.class).withArguments(arguments[0]).start();
            System.out.println("child " + child.pid() + " .");
            new BufferedReader(new InputStreamReader(System.in, UTF_8)).readLine();
            child.awaitExit(LIMIT);
        }
    }

    @Test
    void givesArgumentsAndPropertiesAndCollectsBothStreams() {
        try (ChildJvm child = ChildJvm.of(Greeter.class)
                .withArguments("people")
                .withProperty("planet", "Mars")
                .start()) {
            assertThat(child.awaitExit(LIMIT)).isEqualTo(3);
            assertThat(child.output()).contains("hello people of Mars").contains("größe");
            assertThat(child.awaitOutput("people", LIMIT)).isEqualTo("hello people of Mars");
        }
    }

    @Test
    void keepsTheOutputInTheFileOfTheCaller() throws Exception {
        Path file = folder.resolve("out.log");
        Files.writeString(file, "before\n");
        try (ChildJvm child =
                ChildJvm.of(Greeter.class).withArguments("you").withOutput(file).start()) {
            child.awaitExit(LIMIT);
            assertThat(child.output()).startsWith("hello you");
        }
        assertThat(Files.readString(file)).startsWith("before\nhello you");
    }

    @Test
    void endsWithOneAndTheStackTraceWhenMainThrows() {
        try (ChildJvm child = ChildJvm.of(Failing.class).start()) {
            assertThat(child.awaitExit(LIMIT)).isEqualTo(1);
            assertThat(child.output()).contains("IllegalArgumentException: no good");
        }
    }

    @Test
    void saysWhatWasPrintedWhenTheTextNeverComes() {
        try (ChildJvm child = ChildJvm.of(Failing.class).start()) {
            assertThatThrownBy(() -> child.awaitOutput("ready", LIMIT))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("\"ready\" is not in the output of ")
                    .hasMessageContaining("which ended with 1")
                    .hasMessageContaining("no good");
        }
    }

    @Test
    void killsWithSigkill() {
        try (ChildJvm child = ticker("ticks")) {
            child.awaitOutput("ready", LIMIT);
            child.kill();
            assertThat(child.isAlive()).isFalse();
            assertThat(child.awaitExit(LIMIT)).isEqualTo(137);
        }
    }

    @Test
    void freezesAndThaws() throws Exception {
        Path ticks = folder.resolve("ticks");
        try (ChildJvm child = ticker("ticks")) {
            Await.until("a tick", LIMIT, () -> Files.exists(ticks));
            child.signal(ChildJvm.Signal.STOP);
            assertThat(state(child)).isEqualTo("T");
            String frozen = Files.readString(ticks);
            assertThat(child.isAlive()).isTrue();
            child.signal(ChildJvm.Signal.CONT);
            Await.until("another tick", LIMIT, () -> !Files.readString(ticks).equals(frozen));
        }
    }

    @Test
    void killsAFrozenProcessWhenClosed() {
        ChildJvm child = ticker("ticks");
        child.awaitOutput("ready", LIMIT);
        child.signal(ChildJvm.Signal.STOP);
        child.close();
        assertThat(child.isAlive()).isFalse();
    }

    @Test
    void refusesToSignalAProcessThatIsGone() {
        try (ChildJvm child = ChildJvm.of(Failing.class).start()) {
            child.awaitExit(LIMIT);
            assertThatThrownBy(() -> child.signal(ChildJvm.Signal.CONT))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("is gone (expected: a live process)");
        }
    }

    @Test
    void endsWithItsParentEvenWhenThatIsKilled() {
        try (ChildJvm parent = ChildJvm.of(Parent.class)
                .withProperty("java.io.tmpdir", folder.toString())
                .withArguments(folder.resolve("ticks").toString())
                .start()) {
            long pid = Long.parseLong(parent.awaitOutput(" .", LIMIT).split(" ")[1]);
            Await.until("a tick", LIMIT, () -> Files.exists(folder.resolve("ticks")));
            parent.kill();
            Await.until(
                    "the end of the grandchild",
                    LIMIT,
                    () -> !ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false));
        }
    }

    private ChildJvm ticker(String file) {
        return ChildJvm.of(Ticker.class)
                .withArguments(folder.resolve(file).toString())
                .start();
    }

    private static String state(ChildJvm child) throws Exception {
        String stat = Files.readString(Path.of("/proc/" + child.pid() + "/stat"));
        return stat.substring(stat.lastIndexOf(')') + 2).substring(0, 1);
    }
}
