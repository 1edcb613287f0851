package io.datastream.formats.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.Pipeline;
import io.datastream.error.ErrorPolicy;
import io.datastream.formats.json.JsonGuideTest.Reading;
import io.datastream.runtime.Checkpoints;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.sink.RollingFileSink;
import io.datastream.sink.Sinks;
import io.datastream.source.FileSource;
import io.datastream.source.file.FolderSource;
import io.datastream.source.file.TailSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of docs/connectors/file-sources.md: its snippets are regions of this file. */
class FileSourcesGuideTest {
    @TempDir
    Path root;

    private Path logs;
    private Path state;

    @BeforeEach
    void makeFolders() throws IOException {
        logs = Files.createDirectory(root.resolve("logs"));
        state = Files.createDirectory(root.resolve("state"));
    }

    @Test
    void followsALog() throws IOException {
        Files.writeString(logs.resolve("app.log"), line("a", 1) + "not JSON\n" + line("a", 2) + "{\"sensor\":");
        Path hot = root.resolve("hot");
        // region: tail-source
        TailSource<Reading> log =
                TailSource.of(logs, "app.log*", JsonCodec.of(Reading.class), state.resolve("app-log"));
        Pipeline pipeline = Pipeline.from(log.eventTime(reading -> Instant.ofEpochMilli(reading.ts()))
                        .idleAfter(Duration.ofSeconds(10))
                        .onError(ErrorPolicy.skip()))
                .filter(reading -> reading.value() > 20)
                .to(RollingFileSink.of(hot, "hot.jsonl", JsonLinesFormat.of(Reading.class)))
                .named("hot");
        LocalRuntime runtime = LocalRuntime.create().withCheckpoints(Checkpoints.to(state));
        try (PipelineController controller = runtime.start(pipeline)) {
            // ... until the program is to end
            controller.drain();
        }
        // endregion
        StringBuilder written = new StringBuilder();
        try (Stream<Path> files = Files.walk(hot)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                written.append(Files.readString(file));
            }
        }
        assertThat(written.toString()).contains(line("a", 1) + line("a", 2)).doesNotContain("not JSON");
    }

    @Test
    void readsFilesOfAFolder() throws Exception {
        Path incoming = Files.createDirectory(root.resolve("incoming"));
        Files.writeString(incoming.resolve("2026-01-01.jsonl"), line("a", 1) + line("a", 2));
        List<Reading> results = new ArrayList<>();
        // region: folder-source
        FolderSource<Reading> files = FolderSource.of(
                        incoming, "*.jsonl*", JsonLinesFormat.of(Reading.class), state.resolve("incoming"))
                .lookingEvery(Duration.ofSeconds(5));
        // endregion
        Pipeline pipeline = Pipeline.from(files.once().eventTime(reading -> Instant.ofEpochMilli(reading.ts())))
                .to(Sinks.collectInto(results));
        try (PipelineController controller = LocalRuntime.create().start(pipeline)) {
            controller.awaitTermination();
        }
        assertThat(results).hasSize(2);
    }

    @Test
    void mergesFilesByTime() throws Exception {
        Path a = root.resolve("a.jsonl");
        Path b = root.resolve("b.jsonl");
        Files.writeString(a, line("a", 1) + line("a", 4));
        Files.writeString(b, line("b", 2) + line("b", 3));
        List<Reading> results = new ArrayList<>();
        // region: merged-files
        Pipeline pipeline = Pipeline.from(FileSource.of(List.of(a, b), JsonLinesFormat.of(Reading.class))
                        .mergedBy(reading -> Instant.ofEpochMilli(reading.ts()))
                        .eventTime(reading -> Instant.ofEpochMilli(reading.ts())))
                .to(Sinks.collectInto(results));
        // endregion
        try (PipelineController controller = LocalRuntime.create().start(pipeline)) {
            controller.awaitTermination();
        }
        assertThat(results).extracting(Reading::ts).containsExactly(1L, 2L, 3L, 4L);
    }

    private static String line(String sensor, long ts) {
        return "{\"sensor\":\"" + sensor + "\",\"ts\":" + ts + ",\"value\":21.5}\n";
    }
}
