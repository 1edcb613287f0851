package io.datastream.push;

import io.datastream.Pipeline;
import io.datastream.codec.Codec;
import io.datastream.log.FileLog;
import io.datastream.log.FileLogOptions;
import io.datastream.runtime.Checkpoints;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.sink.Sinks;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** A whole program: a server, its log, and a pipeline with checkpoints that writes results into a file. */
final class PushProgram implements AutoCloseable {
    private final FileLog log;
    private final FileOutputStream results;
    private final PushServer server;
    private final PipelineController controller;

    PushProgram(Path folder, int port) throws IOException {
        log = FileLog.open(
                folder.resolve("log"),
                FileLogOptions.defaults().withSegmentBytes(1 << 20).withMaxUnread(20_000));
        PushRoute<String> route = PushRoute.at("/lines", log, Codec.utf8()).accepting("text/plain", new Texts());
        results = new FileOutputStream(folder.resolve("results").toFile(), true);
        server = HttpPush.on(port).with(route).start();
        FileOutputStream out = results;
        Pipeline pipeline = Pipeline.from(route.source().logTime())
                .filter(line -> !line.isEmpty())
                .to(Sinks.calling(
                        "file", (time, line) -> out.write(("\n" + line + ";").getBytes(StandardCharsets.UTF_8))))
                .named("copy");
        controller = LocalRuntime.create()
                .withCheckpoints(Checkpoints.to(folder.resolve("checkpoints")).every(Duration.ofMillis(100)))
                .start(pipeline);
    }

    public static void main(String[] arguments) throws Exception {
        PushProgram program = new PushProgram(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
        System.out.println("ready");
        program.controller.awaitTermination();
    }

    /** Processes all that the log holds, and ends. */
    void drain() {
        controller.drain();
    }

    @Override
    public void close() throws IOException {
        server.close();
        controller.close();
        results.close();
        log.close();
    }
}
