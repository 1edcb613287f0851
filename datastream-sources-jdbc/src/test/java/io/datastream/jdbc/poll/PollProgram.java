package io.datastream.jdbc.poll;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.datastream.Pipeline;
import io.datastream.formats.json.JsonCodec;
import io.datastream.log.PolledLog;
import io.datastream.runtime.Checkpoints;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.sink.Sinks;
import io.datastream.source.ReadableSource;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** A whole program: a poll, its log, and a pipeline with checkpoints that writes results into a file. */
final class PollProgram implements AutoCloseable {
    private final PolledLog log;
    private final FileOutputStream results;
    private final ReadableSource<Entry> source;
    private final PipelineController controller;
    private final JdbcPoller poller;

    record Entry(long id, String note) {}

    PollProgram(Path folder, String url, PolledRows rows) throws IOException {
        log = PolledLog.open(folder.resolve("log"));
        results = new FileOutputStream(folder.resolve("results").toFile(), true);
        JdbcPoll<Entry> poll = JdbcPoll.of(Database.at(url), rows, Entry.class, JsonCodec.of(Entry.class), log)
                .every(Duration.ofMillis(100))
                .withPauses(Duration.ofMillis(50), Duration.ofSeconds(1))
                .withPageRows(500)
                .withTimeout(Duration.ofMinutes(30));
        source = poll.source();
        FileOutputStream out = results;
        Pipeline pipeline = Pipeline.from(source.logTime())
                .map(entry -> entry.id() + " " + entry.note())
                .to(Sinks.calling("file", (time, line) -> out.write(("\n" + line + ";").getBytes(UTF_8))))
                .named("copy");
        controller = LocalRuntime.create()
                .withCheckpoints(Checkpoints.to(folder.resolve("checkpoints")).every(Duration.ofMillis(100)))
                .start(pipeline);
        poller = poll.start();
    }

    static PolledRows rows(String order, Duration overlap) {
        return order.equals("id")
                ? PolledRows.byId("entries", "id")
                : PolledRows.byTime("entries", order, "id").withOverlap(overlap);
    }

    public static void main(String[] arguments) throws Exception {
        PollProgram program =
                new PollProgram(Path.of(arguments[0]), arguments[1], rows(arguments[2], Duration.parse(arguments[3])));
        System.out.println("ready");
        program.controller.awaitTermination();
    }

    ReadableSource<Entry> source() {
        return source;
    }

    JdbcPoller poller() {
        return poller;
    }

    /** Processes all that the log holds, and ends. */
    void drain() {
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
