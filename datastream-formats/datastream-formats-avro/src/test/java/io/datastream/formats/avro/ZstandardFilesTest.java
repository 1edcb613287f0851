package io.datastream.formats.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import io.datastream.Pipeline;
import io.datastream.codec.FileFormat.RecordWriter;
import io.datastream.error.PipelineException;
import io.datastream.formats.avro.Shapes.Reading;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.sink.Sinks;
import io.datastream.source.FileSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are compressed as a whole with Zstandard, which the format knows nothing of. */
class ZstandardFilesTest {
    @TempDir
    Path folder;

    @Test
    void readsAFile() throws Exception {
        Path file = write(1_000);

        assertThat(read(file)).hasSize(1_000).endsWith(reading(999));
    }

    @Test
    void tellsAFileThatEndsTooEarly() throws Exception {
        Path file = write(10_000);
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 100));

        assertThatThrownBy(() -> read(file))
                .isInstanceOf(PipelineException.class)
                .hasStackTraceContaining("readings");
    }

    private static List<Reading> read(Path file) throws Exception {
        List<Reading> results = new ArrayList<>();
        FileSource<Reading> source =
                FileSource.of(file, AvroFormat.of(Reading.class)).uncompressing(".zst", ZstdInputStream::new);
        Pipeline pipeline = Pipeline.from(source.eventTime(Reading::time)).to(Sinks.collectInto(results));
        try (PipelineController controller = LocalRuntime.create().start(pipeline)) {
            controller.awaitTermination();
        }
        return results;
    }

    private Path write(int count) throws IOException {
        Path file = folder.resolve("readings.avro.zst");
        try (RecordWriter<Reading> writer = AvroFormat.of(Reading.class)
                .withCompression(AvroCompression.NONE)
                .writer(new ZstdOutputStream(Files.newOutputStream(file)), false)) {
            for (int i = 0; i < count; i++) {
                writer.write(reading(i));
            }
        }
        return file;
    }

    private static Reading reading(int i) {
        return new Reading("sensor " + i % 7, Instant.ofEpochSecond(i), i / 3.0);
    }
}
