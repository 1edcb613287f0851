package io.datastream.testkit.compat;

import io.datastream.sink.FileSink;
import io.datastream.sink.Sink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

// region: sink-kit
class FileSinkKitTest extends SinkKit<String> {
    @TempDir
    Path folder;

    @Override
    protected Sink<String> sink() {
        return FileSink.of(folder.resolve("results.txt"), new Lines());
    }

    @Override
    protected String result(int key, int version) {
        return "key " + key + ", version " + version;
    }

    @Override
    protected List<String> contents() throws IOException {
        List<String> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                all.addAll(Files.readAllLines(file));
            }
        }
        return all;
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
// endregion
