package io.datastream.poll;

import io.datastream.Pipeline;
import io.datastream.codec.Codec;
import io.datastream.httpclient.HttpEndpoint;
import io.datastream.log.FileLogOptions;
import io.datastream.log.PolledLog;
import io.datastream.log.Poller;
import io.datastream.push.Texts;
import io.datastream.runtime.Checkpoints;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.sink.Sinks;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** A whole program: a poll by offsets, its log, and a pipeline with checkpoints that writes results into a file. */
final class PollProgram implements AutoCloseable {
    private final PolledLog log;
    private final FileOutputStream results;
    private final PipelineController controller;
    private final Poller poller;

    PollProgram(Path folder, String url) throws IOException {
        log = PolledLog.open(
                folder.resolve("log"),
                FileLogOptions.defaults().withSegmentBytes(1 << 20).withMaxUnread(20_000));
        HttpPoll<String> poll = HttpPoll.of(HttpEndpoint.of(url + "?offset=0"), new Texts(), Codec.utf8(), log)
                .every(Duration.ofMillis(5))
                .withPauses(Duration.ofMillis(5), Duration.ofMillis(50))
                .followedBy(page ->
                        Optional.of(page.resolve("?offset=" + (offset(page.uri().getQuery()) + page.records()))));
        results = new FileOutputStream(folder.resolve("results").toFile(), true);
        FileOutputStream out = results;
        Pipeline pipeline = Pipeline.from(poll.source().logTime())
                .filter(line -> !line.isEmpty())
                .to(Sinks.calling(
                        "file", (time, line) -> out.write(("\n" + line + ";").getBytes(StandardCharsets.UTF_8))))
                .named("copy");
        controller = LocalRuntime.create()
                .withCheckpoints(Checkpoints.to(folder.resolve("checkpoints")).every(Duration.ofMillis(100)))
                .start(pipeline);
        poller = poll.start();
    }

    /** The number in a query. */
    static int offset(String query) {
        return Integer.parseInt(query.substring("offset=".length()));
    }

    public static void main(String[] arguments) throws Exception {
        PollProgram program = new PollProgram(Path.of(arguments[0]), arguments[1]);
        System.out.println("ready");
        program.controller.awaitTermination();
    }

    /** Processes all that the log holds, and ends. */
    void drain() {
        poller.close();
        controller.drain();
    }

    @Override
    public void close() throws IOException {
        poller.close();
        controller.close();
        results.close();
        log.close();
    }
}
