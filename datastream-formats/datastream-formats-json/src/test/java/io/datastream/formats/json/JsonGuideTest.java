package io.datastream.formats.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.Pipeline;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.sink.FileSink;
import io.datastream.sink.RollingFileSink;
import io.datastream.sink.SinkContext;
import io.datastream.sink.SinkWriter;
import io.datastream.source.FileSource;
import io.datastream.source.ListSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The JSON examples of docs/formats.md and docs/connectors/files.md: their snippets are regions of this file. */
class JsonGuideTest {
    // region: reading
    record Reading(String sensor, long ts, double value) {}
    // endregion

    @Test
    void valuesAreWrittenAndRead() {
        // region: json
        JsonCodec<Reading> codec = JsonCodec.of(Reading.class);

        byte[] bytes = codec.encode(new Reading("s-0421", 1700000000123L, 21.37));
        Reading reading = codec.decode(bytes);
        // endregion

        assertThat(bytes).asString(UTF_8).isEqualTo("{\"sensor\":\"s-0421\",\"ts\":1700000000123,\"value\":21.37}");
        assertThat(reading).isEqualTo(new Reading("s-0421", 1700000000123L, 21.37));
    }

    @Test
    void optionsMakeCopies() {
        // region: options
        JsonCodec<List<Reading>> codec = JsonCodec.of(new JsonType<List<Reading>>() {})
                .withUnknownFields(UnknownFields.REJECT)
                .withEpochTimes(ChronoUnit.MILLIS);
        // endregion

        assertThat(codec.decode("[{\"sensor\":\"a\",\"ts\":1,\"value\":2}]".getBytes(UTF_8)))
                .containsExactly(new Reading("a", 1, 2));
    }

    @Test
    void filesHaveAValueALine(@TempDir Path folder) throws IOException {
        // region: json-lines
        FileSource<Reading> readings =
                FileSource.of(folder.resolve("readings.jsonl.gz"), JsonLinesFormat.of(Reading.class));
        FileSink<Reading> results = FileSink.of(folder.resolve("results.jsonl"), JsonLinesFormat.of(Reading.class));
        // endregion

        try (SinkWriter<Reading> writer = results.open(SinkContext.fresh("guide", "sink", 0, 1))) {
            writer.write(0, new Reading("s-0421", 1, 2));
            writer.complete();
        }
        assertThat(folder.resolve("results.jsonl")).hasContent("{\"sensor\":\"s-0421\",\"ts\":1,\"value\":2.0}\n");
        assertThat(readings.name()).isEqualTo("readings.jsonl.gz");
    }

    @Test
    void resultsRollOnInFiles(@TempDir Path folder) throws Exception {
        List<Reading> readings = List.of(new Reading("s-0421", 1700000000123L, 21.37));
        // region: rolling-files
        Pipeline pipeline = Pipeline.from(
                        ListSource.of(readings).eventTime(reading -> Instant.ofEpochMilli(reading.ts())))
                .filter(reading -> reading.value() > 20)
                .to(RollingFileSink.of(folder, "warm.jsonl.gz", JsonLinesFormat.of(Reading.class))
                        .withPeriod(Duration.ofHours(1))
                        .withMaxBytes(64 << 20))
                .named("warm");
        // endregion
        try (PipelineController controller = LocalRuntime.create().start(pipeline)) {
            controller.awaitTermination();
        }
        assertThat(folder).isDirectoryContaining("glob:**/warm-20231114T220000Z-0-000000.jsonl.gz");
    }

    @Test
    void guideShowsWhatIsSaid() throws Exception {
        String guide = Files.readString(Path.of("../../docs/formats.md"));
        Matcher rows = Pattern.compile("\\| `(\\{.*?})` \\| `(.*?)` \\|\n").matcher(guide);
        int count = 0;
        for (; rows.find(); count++) {
            String json = rows.group(1);
            assertThatThrownBy(() -> JsonCodec.of(Reading.class).decode(json.getBytes(UTF_8)))
                    .hasMessage(rows.group(2));
        }
        assertThat(count).isEqualTo(4);
    }
}
