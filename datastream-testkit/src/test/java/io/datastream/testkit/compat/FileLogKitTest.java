package io.datastream.testkit.compat;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.datastream.codec.CodecException;
import io.datastream.codec.Decoder;
import io.datastream.log.FileLog;
import io.datastream.log.FileLogOptions;
import io.datastream.source.ReadableSource;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class FileLogKitTest extends SourceKit<String> {
    private static final Decoder<String> DECODER = bytes -> {
        String text = new String(bytes, UTF_8);
        if (text.startsWith("!")) {
            throw new CodecException("text: \"" + text + "\" (expected: no exclamation mark)");
        }
        return text;
    };

    @TempDir
    Path folder;

    private FileLog log;

    @BeforeEach
    void open() {
        log = FileLog.open(folder.resolve("log"), FileLogOptions.defaults().withSegmentBytes(10_000));
    }

    @AfterEach
    void close() {
        log.close();
    }

    @Override
    protected void restart() {
        close();
        open();
    }

    @Override
    protected ReadableSource<String> source() {
        return log.source(DECODER);
    }

    @Override
    protected String record(int number) {
        return "record " + number;
    }

    @Override
    protected void feed(List<String> records) {
        for (int from = 0; from < records.size(); from += 100) {
            log.append(
                    records.subList(from, Math.min(records.size(), from + 100)).stream()
                            .map(text -> text.getBytes(UTF_8))
                            .toList(),
                    null);
        }
    }

    @Override
    protected boolean feedMalformed() {
        feed(List.of("!"));
        return true;
    }
}
