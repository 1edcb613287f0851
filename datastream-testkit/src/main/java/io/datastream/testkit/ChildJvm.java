package io.datastream.testkit;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A JVM of its own that runs a main class of the class path of this one: for tests that kill, freeze or restart a
 * program.
 *
 * <p>What the child prints, to both of its streams, goes to one file. The child ends with this JVM, however this JVM
 * ends, and logs with the same {@code logback.configurationFile}, where that property is set. Signals need the command {@code kill}, so Linux or macOS.
 *
 * <pre>{@code
 * try (ChildJvm worker = ChildJvm.of(Worker.class).withProperty("topic", "trades").start()) {
 *     worker.awaitOutput("ready", Duration.ofSeconds(20));
 *     worker.kill();
 *     assertThat(worker.awaitExit(Duration.ofSeconds(5))).isEqualTo(137);
 * }
 * }</pre>
 */
public final class ChildJvm implements AutoCloseable {
    /** The options of a child when nothing else is said: a small heap and a quick start. */
    public static final List<String> DEFAULT_JVM_OPTIONS =
            List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

    static final String LOGBACK_PROPERTY = "logback.configurationFile";

    private static final Duration END_LIMIT = Duration.ofSeconds(30);
    private static final int TAIL_LENGTH = 4_000;

    private final Process process;
    private final String name;
    private final Path output;
    private final long outputStart;
    private final @Nullable Path ownFolder;
    private final Thread killAtExit;

    private ChildJvm(Process process, String name, Path output, long outputStart, @Nullable Path ownFolder) {
        this.process = process;
        this.name = name;
        this.output = output;
        this.outputStart = outputStart;
        this.ownFolder = ownFolder;
        this.killAtExit = new Thread(process::destroyForcibly, "kill " + name);
        Runtime.getRuntime().addShutdownHook(killAtExit);
    }

    /** The description of a child that runs the class; nothing runs before {@link Launch#start()}. */
    public static Launch of(Class<?> mainClass) {
        return new Launch(mainClass.getName(), location(mainClass), List.of(), Map.of(), DEFAULT_JVM_OPTIONS, null);
    }

    /** The description of a child that runs the class of that name. */
    public static Launch of(String mainClass) {
        return new Launch(mainClass, null, List.of(), Map.of(), DEFAULT_JVM_OPTIONS, null);
    }

    /** The process id. */
    public long pid() {
        return process.pid();
    }

    /** Whether the process is there; a frozen one is. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Ends the process at once (SIGKILL), frozen or not, and returns when it is gone. */
    public void kill() {
        process.destroyForcibly();
        awaitExit(END_LIMIT);
    }

    /**
     * Sends a signal and returns when it is sent; {@link Signal#STOP} when the process stands still, where that can be seen
     * ({@code /proc} of Linux).
     *
     * @throws IllegalStateException when the process is gone or the signal cannot be sent
     */
    public void signal(Signal signal) {
        if (!process.isAlive()) {
            throw new IllegalStateException("signal " + signal + ": " + name + " is gone (expected: a live process)");
        }
        try {
            Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            int exit = kill.waitFor();
            if (exit != 0) {
                throw new IllegalStateException("signal " + signal + ": kill ended with " + exit + " (expected: 0)");
            }
            if (signal == Signal.STOP) {
                Await.until(name + " stands still", END_LIMIT, this::isFrozen);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("signal " + signal + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while sending " + signal, e);
        }
    }

    /** Whether all its threads stand still, as far as that can be seen. */
    private boolean isFrozen() {
        Path threads = Path.of("/proc", Long.toString(process.pid()), "task");
        try (DirectoryStream<Path> all = Files.newDirectoryStream(threads)) {
            for (Path thread : all) {
                if (!isFrozen(thread.resolve("stat"))) {
                    return false;
                }
            }
            return true;
        } catch (IOException | DirectoryIteratorException noneThere) { // another system, or the process is gone
            return true;
        }
    }

    private static boolean isFrozen(Path stat) {
        try {
            String text = Files.readString(stat, StandardCharsets.ISO_8859_1);
            return "TtZX".indexOf(text.charAt(text.lastIndexOf(')') + 2)) >= 0; // stopped, or ended
        } catch (IOException threadIsGone) {
            return true;
        }
    }

    /**
     * Waits for the end of the process and returns its exit code (128 + the number of a signal that ended it).
     *
     * @throws AssertionError when it still runs at the limit; the message ends with its last output
     */
    public int awaitExit(Duration limit) {
        try {
            if (!process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new AssertionError("awaited: the end of " + name + " (not within " + limit + ")" + tail());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while awaiting the end of " + name, e);
        }
    }

    /**
     * Waits until the output contains the text, and returns the first line that does, as far as it is written.
     *
     * @throws AssertionError at the limit, or when the process ends without having printed the text; the message ends
     *     with its last output
     */
    public String awaitOutput(String text, Duration limit) {
        String[] found = new String[1];
        try {
            Await.until("\"" + text + "\" in the output of " + name, limit, () -> {
                boolean ended = !process.isAlive();
                found[0] = lineWith(text);
                return found[0] != null || ended;
            });
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + tail(), e);
        }
        if (found[0] == null) {
            throw new AssertionError("\"" + text + "\" is not in the output of " + name + ", which ended with "
                    + process.exitValue() + tail());
        }
        return found[0];
    }

    /** Everything this child has printed so far, bytes that are not of its character set replaced. */
    public String output() {
        try (RandomAccessFile file = new RandomAccessFile(output.toFile(), "r")) {
            long length = Math.max(0, file.length() - outputStart);
            byte[] bytes = new byte[Math.toIntExact(length)];
            file.seek(outputStart);
            file.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("output of " + name + ": " + e.getMessage(), e);
        }
    }

    /** Kills the process if it still runs, and deletes the output unless it went to a file of the caller. */
    @Override
    public void close() {
        kill();
        try {
            Runtime.getRuntime().removeShutdownHook(killAtExit);
        } catch (IllegalStateException shutdownHasBegun) {
            return;
        }
        if (ownFolder != null) {
            Folders.delete(ownFolder);
        }
    }

    @Override
    public String toString() {
        return name;
    }

    private @Nullable String lineWith(String text) {
        String all = output();
        int at = all.indexOf(text);
        if (at < 0) {
            return null;
        }
        int end = all.indexOf('\n', at + text.length());
        return all.substring(all.lastIndexOf('\n', at) + 1, end < 0 ? all.length() : end);
    }

    private String tail() {
        String all = output();
        return "\n--- last output of " + name + ":\n" + all.substring(Math.max(0, all.length() - TAIL_LENGTH));
    }

    private static @Nullable String location(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        if (source == null || source.getLocation() == null) {
            return null;
        }
        try {
            return Path.of(source.getLocation().toURI()).toString();
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("location of " + type + ": " + source.getLocation(), e);
        }
    }

    /** What can be sent to a process besides {@link #kill()}. */
    public enum Signal {
        /** Asks the process to end; shutdown hooks run. */
        TERM,
        /** Freezes the process: to others it looks like a very long pause. */
        STOP,
        /** Lets a frozen process go on. */
        CONT
    }

    /** How a child is started; immutable, each {@code withX} returns a changed copy. */
    public static final class Launch {
        private final String mainClass;
        private final @Nullable String mainLocation;
        private final List<String> arguments;
        private final Map<String, String> properties;
        private final List<String> jvmOptions;
        private final @Nullable Path output;

        private Launch(
                String mainClass,
                @Nullable String mainLocation,
                List<String> arguments,
                Map<String, String> properties,
                List<String> jvmOptions,
                @Nullable Path output) {
            this.mainClass = mainClass;
            this.mainLocation = mainLocation;
            this.arguments = List.copyOf(arguments);
            this.properties = properties;
            this.jvmOptions = List.copyOf(jvmOptions);
            this.output = output;
        }

        /** The arguments of {@code main}, in place of those set before. */
        public Launch withArguments(String... newArguments) {
            return new Launch(mainClass, mainLocation, List.of(newArguments), properties, jvmOptions, output);
        }

        /** One more system property. */
        public Launch withProperty(String key, String value) {
            Map<String, String> more = new LinkedHashMap<>(properties);
            more.put(key, value);
            return new Launch(mainClass, mainLocation, arguments, more, jvmOptions, output);
        }

        /** Options such as {@code -Xmx512m}, in place of {@link #DEFAULT_JVM_OPTIONS} or those set before. */
        public Launch withJvmOptions(String... newOptions) {
            return new Launch(mainClass, mainLocation, arguments, properties, List.of(newOptions), output);
        }

        /** A file that the output is appended to and that is kept; by default a temporary one. */
        public Launch withOutput(Path file) {
            return new Launch(mainClass, mainLocation, arguments, properties, jvmOptions, file);
        }

        /** Starts the child; it may fail or print at any time from now on. */
        public ChildJvm start() {
            Path ownFolder = output == null ? Folders.temporary("datastream-child-") : null;
            Path file = ownFolder == null ? output : ownFolder.resolve("output.log");
            if (file == null) {
                throw new IllegalStateException("output: null (expected: a file)");
            }
            try {
                long start = Files.exists(file) ? Files.size(file) : 0;
                Process process = new ProcessBuilder(command())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(file.toFile()))
                        .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                        .start();
                String name = mainClass.substring(mainClass.lastIndexOf('.') + 1) + "[" + process.pid() + "]";
                return new ChildJvm(process, name, file, start, ownFolder);
            } catch (IOException e) {
                throw new UncheckedIOException("start " + mainClass + ": " + e.getMessage(), e);
            }
        }

        private List<String> command() {
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(jvmOptions);
            String logging = System.getProperty(LOGBACK_PROPERTY);
            if (logging != null && !properties.containsKey(LOGBACK_PROPERTY)) {
                command.add("-D" + LOGBACK_PROPERTY + "=" + logging);
            }
            properties.forEach((key, value) -> command.add("-D" + key + "=" + value));
            command.add("-Dfile.encoding=UTF-8");
            command.add("-D" + ChildMain.PARENT_PROPERTY + "="
                    + ProcessHandle.current().pid());
            command.add("-cp");
            command.add(classPath());
            command.add(ChildMain.class.getName());
            command.add(mainClass);
            command.addAll(arguments);
            return command;
        }

        /** The class path of this JVM, what is on its module path, and the places of the classes needed at least. */
        private String classPath() {
            Set<String> entries = new LinkedHashSet<>();
            for (String property : List.of("java.class.path", "jdk.module.path")) {
                String path = System.getProperty(property);
                if (path != null && !path.isEmpty()) {
                    entries.addAll(List.of(path.split(File.pathSeparator, -1)));
                }
            }
            String testkit = location(ChildJvm.class);
            if (testkit != null) {
                entries.add(testkit);
            }
            if (mainLocation != null) {
                entries.add(mainLocation);
            }
            return String.join(File.pathSeparator, entries);
        }
    }
}
