package io.datastream.testkit.compat;

import io.datastream.Pipeline;
import io.datastream.codec.Codec;
import io.datastream.runtime.Checkpoints;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.sink.FileSink;
import io.datastream.source.file.FolderSource;
import io.datastream.source.file.TailSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A whole program: one pipeline that follows a log, and one that follows a folder, each into a file. */
final class FilesProgram implements AutoCloseable {
    private final PipelineController tail;
    private final PipelineController finished;

    FilesProgram(Path root) throws IOException {
        LocalRuntime runtime = LocalRuntime.create()
                .withCheckpoints(Checkpoints.to(root.resolve("checkpoints")).every(Duration.ofMillis(20)));
        Path logs = Files.createDirectories(root.resolve("logs"));
        tail = runtime.start(Pipeline.from(TailSource.of(logs, "app.log*", Codec.utf8(), root.resolve("log-journal"))
                        .lookingEvery(Duration.ofMillis(5))
                        .logTime())
                .to(FileSink.of(root.resolve("lines.txt"), new Lines()))
                .named("tail"));
        Path folder = Files.createDirectories(root.resolve("in"));
        finished = runtime.start(
                Pipeline.from(FolderSource.of(folder, "*.txt", new Lines(), root.resolve("folder-journal"))
                                .lookingEvery(Duration.ofMillis(5))
                                .logTime())
                        .to(FileSink.of(root.resolve("records.txt"), new Lines()))
                        .named("folder"));
    }

    public static void main(String[] arguments) throws Exception {
        FilesProgram program = new FilesProgram(Path.of(arguments[0]));
        System.out.println("ready");
        program.tail.awaitTermination();
        program.finished.awaitTermination();
    }

    /** Processes all that is there, and ends. */
    void drain() {
        tail.drain();
        finished.drain();
    }

    @Override
    public void close() {
        tail.close();
        finished.close();
    }
}
