package io.datastream.testkit.compat;

import io.datastream.source.FileSource;
import io.datastream.source.ReadableSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

class MergedFilesKitTest extends SourceKit<String> {
    @TempDir
    Path folder;

    @Override
    protected ReadableSource<String> source() {
        List<Path> files = List.of(folder.resolve("a.txt"), folder.resolve("b.txt"), folder.resolve("c.txt"));
        return FileSource.of(files, new Lines()).mergedBy(text -> Instant.ofEpochSecond(Long.parseLong(text)));
    }

    @Override
    protected String record(int number) {
        return String.valueOf(number);
    }

    @Override
    protected void feed(List<String> records) throws IOException {
        for (String name : List.of("a.txt", "b.txt", "c.txt")) {
            Files.write(folder.resolve(name), new byte[0], StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
        for (int i = 0; i < records.size(); i++) {
            Path file = folder.resolve(List.of("a.txt", "b.txt", "c.txt").get(i % 3));
            Files.writeString(file, records.get(i) + "\n", StandardOpenOption.APPEND);
        }
    }
}
