package io.datastream.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.datastream.Pipeline;
import io.datastream.log.FileLog;
import io.datastream.log.FileLogOptions;
import io.datastream.runtime.Checkpoints;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.sink.Sinks;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** A whole program: a subscription, its log, and a pipeline with checkpoints that writes results into a file. */
final class MqttProgram implements AutoCloseable {
    private final FileLog log;
    private final FileOutputStream results;
    private final MqttSubscription subscription;
    private final PipelineController controller;

    MqttProgram(Path folder, String broker, MqttVersion version) throws IOException {
        log = FileLog.open(folder.resolve("log"), FileLogOptions.defaults().withSegmentBytes(1 << 20));
        results = new FileOutputStream(folder.resolve("results").toFile(), true);
        MqttSource<String> source = MqttSource.at(
                        broker, "program", log, message -> message.field("sensor") + " " + message.text())
                .withVersion(version)
                .withWill(MqttWill.of("wills/program", "gone"))
                .subscribe("sensors/{sensor}");
        FileOutputStream out = results;
        Pipeline pipeline = Pipeline.from(source.source().logTime())
                .filter(line -> !line.isEmpty())
                .to(Sinks.calling("file", (time, line) -> out.write(("\n" + line + ";").getBytes(UTF_8))))
                .named("copy");
        controller = LocalRuntime.create()
                .withCheckpoints(Checkpoints.to(folder.resolve("checkpoints")).every(Duration.ofMillis(100)))
                .start(pipeline);
        subscription = source.start();
    }

    public static void main(String[] arguments) throws Exception {
        MqttProgram program = new MqttProgram(Path.of(arguments[0]), arguments[1], MqttVersion.valueOf(arguments[2]));
        System.out.println("ready");
        program.controller.awaitTermination();
    }

    MqttStatus status() {
        return subscription.status();
    }

    /** Processes all that the log holds, and ends. */
    void drain() {
        controller.drain();
    }

    FileLog log() {
        return log;
    }

    @Override
    public void close() throws IOException {
        subscription.close();
        controller.close();
        results.close();
        log.close();
    }
}
