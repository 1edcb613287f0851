package io.datastream.testkit.compat;

import io.datastream.source.FileSource;
import io.datastream.source.ReadableSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

// region: source-kit
class FileSourceKitTest extends SourceKit<String> {
    @TempDir
    Path folder;

    @Override
    protected ReadableSource<String> source() {
        return FileSource.of(folder.resolve("records.txt"), new Lines());
    }

    @Override
    protected String record(int number) {
        return "record " + number;
    }

    @Override
    protected void feed(List<String> records) throws IOException {
        Path file = folder.resolve("records.txt");
        Files.write(file, records, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
// endregion
