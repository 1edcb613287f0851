package io.datastream.feed;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.datastream.Pipeline;
import io.datastream.log.FileLog;
import io.datastream.log.FileLogOptions;
import io.datastream.runtime.Checkpoints;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.sink.Sinks;
import io.datastream.source.SourceConnector;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** A whole program: a subscription, its log, and a pipeline with checkpoints that writes results into a file. */
final class FeedProgram implements AutoCloseable {
    /** Either kind of it. */
    private record Feed(SourceConnector<String> source, Supplier<FeedSubscription> start) {}

    private final FileLog log;
    private final FileOutputStream results;
    private final FeedSubscription subscription;
    private final PipelineController controller;
    private final SourceConnector<String> source;

    FeedProgram(Path folder, String url) throws IOException {
        log = FileLog.open(folder.resolve("log"), FileLogOptions.defaults().withSegmentBytes(1 << 20));
        results = new FileOutputStream(folder.resolve("results").toFile(), true);
        Feed feed = url.startsWith("http") ? events(url) : messages(url);
        source = feed.source();
        FileOutputStream out = results;
        Pipeline pipeline = Pipeline.from(source.logTime())
                .filter(line -> !line.isEmpty())
                .to(Sinks.calling("file", (time, line) -> out.write(("\n" + line + ";").getBytes(UTF_8))))
                .named("copy");
        controller = LocalRuntime.create()
                .withCheckpoints(Checkpoints.to(folder.resolve("checkpoints")).every(Duration.ofMillis(100)))
                .start(pipeline);
        subscription = feed.start().get();
    }

    private Feed events(String url) {
        SseSource<String> events =
                SseSource.at(url, log, SseEvent::data).withPauses(Duration.ofMillis(10), Duration.ofMillis(200));
        return new Feed(events.source(), events::start);
    }

    private Feed messages(String url) {
        WebSocketSource<String> messages = WebSocketSource.at(url, log, FeedProgram::data)
                .withSubscribe("subscribe")
                .withResume(FeedProgram::number, last -> List.of("after " + last))
                .withPauses(Duration.ofMillis(10), Duration.ofMillis(200));
        return new Feed(messages.source(), messages::start);
    }

    private static String number(WebSocketMessage message) {
        return message.text().substring(0, message.text().indexOf(':'));
    }

    private static String data(WebSocketMessage message) {
        return message.text().substring(message.text().indexOf(':') + 1);
    }

    public static void main(String[] arguments) throws Exception {
        FeedProgram program = new FeedProgram(Path.of(arguments[0]), arguments[1]);
        System.out.println("ready");
        program.controller.awaitTermination();
    }

    /** Processes all that the log holds, and ends. */
    void drain() {
        controller.drain();
    }

    SourceConnector<String> source() {
        return source;
    }

    @Override
    public void close() throws IOException {
        subscription.close();
        controller.close();
        results.close();
        log.close();
    }
}
