package io.datastream.testkit.compat;

import io.datastream.sink.RollingFileSink;
import io.datastream.sink.Sink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** Files so small, and of periods so short, that the results of each test make several. */
class RollingFileSinkKitTest extends SinkKit<String> {
    @TempDir
    Path folder;

    @Override
    protected Sink<String> sink() {
        return RollingFileSink.of(folder, "results.txt", new Lines())
                .withMaxBytes(1_000)
                .withPeriod(Duration.ofSeconds(15));
    }

    @Override
    protected String result(int key, int version) {
        return "key " + key + ", version " + version;
    }

    @Override
    protected List<String> contents() throws IOException {
        List<String> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(RollingFileSinkKitTest::isComplete)
                    .sorted(Comparator.comparing(RollingFileSinkKitTest::number))
                    .toList()) {
                all.addAll(Files.readAllLines(file));
            }
        }
        return all;
    }

    private static boolean isComplete(Path file) {
        return !file.getFileName().toString().startsWith(".");
    }

    /** As in {@code results-20240101T000000Z-0-000007.txt}. */
    private static String number(Path file) {
        String name = file.getFileName().toString();
        return name.substring(name.lastIndexOf('-'));
    }

    @Override
    protected String refused() {
        return "two\nlines";
    }

    @Override
    protected List<String> strange() {
        return List.of("", "\"';--\\", "\uD83D\uDE80 \u00e9\u4e16\0", "x".repeat(100_000));
    }
}
