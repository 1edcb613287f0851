package io.datastream.testkit.compat;

import io.datastream.source.ReadableSource;
import io.datastream.source.file.FolderSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

class FolderSourceKitTest extends SourceKit<String> {
    @TempDir
    Path root;

    private int files;

    @Override
    protected ReadableSource<String> source() throws IOException {
        Files.createDirectories(root.resolve("in"));
        return FolderSource.of(root.resolve("in"), "*.txt", new Lines(), root.resolve("journal"))
                .lookingEvery(Duration.ofMillis(1));
    }

    @Override
    protected String record(int number) {
        return "record " + number;
    }

    @Override
    protected void feed(List<String> records) throws IOException {
        Files.createDirectories(root.resolve("in"));
        for (int from = 0; from < records.size(); from += 400) {
            Path unfinished = root.resolve("unfinished");
            Files.write(unfinished, records.subList(from, Math.min(records.size(), from + 400)));
            Files.move(unfinished, root.resolve("in").resolve(String.format("%05d.txt", files++)));
        }
    }
}
