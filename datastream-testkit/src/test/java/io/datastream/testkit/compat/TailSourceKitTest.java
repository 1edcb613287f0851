package io.datastream.testkit.compat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.datastream.codec.CodecException;
import io.datastream.codec.Decoder;
import io.datastream.source.ReadableSource;
import io.datastream.source.file.TailSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

class TailSourceKitTest extends SourceKit<String> {
    private static final Decoder<String> DECODER = bytes -> {
        String text = new String(bytes, UTF_8);
        if (text.startsWith("!")) {
            throw new CodecException("text: \"" + text + "\" (expected: no exclamation mark)");
        }
        return text;
    };

    @TempDir
    Path root;

    private int rotated;

    @Override
    protected ReadableSource<String> source() throws IOException {
        return TailSource.of(folder(), "app.log*", DECODER, root.resolve("journal"))
                .lookingEvery(Duration.ofMillis(1));
    }

    private Path folder() throws IOException {
        return Files.createDirectories(root.resolve("logs"));
    }

    @Override
    protected String record(int number) {
        return "record " + number;
    }

    @Override
    protected void feed(List<String> records) throws IOException {
        Path log = folder().resolve("app.log");
        for (int from = 0; from < records.size(); from += 500) {
            if (Files.exists(log)) {
                Path old = folder().resolve("app.log." + ++rotated);
                Files.move(log, old);
                Files.setLastModifiedTime(old, FileTime.fromMillis(1_700_000_000_000L + rotated * 1_000L));
            }
            Files.write(log, records.subList(from, Math.min(records.size(), from + 500)));
        }
    }

    @Override
    protected boolean feedMalformed() throws IOException {
        Files.write(folder().resolve("app.log"), List.of("!"), StandardOpenOption.APPEND);
        return true;
    }
}
