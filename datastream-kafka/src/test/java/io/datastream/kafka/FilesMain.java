package io.datastream.kafka;

import io.datastream.Pipeline;
import io.datastream.codec.FileFormat;
import io.datastream.kafka.Readings.Reading;
import io.datastream.runtime.PipelineController;
import io.datastream.sink.RollingFileSink;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A worker JVM that writes readings to files until it is told to end: broker, folder. */
final class FilesMain {
    static final String TOPIC = "readings";

    private FilesMain() {}

    static Pipeline pipeline(Path folder) {
        return Pipeline.from(KafkaSource.topic(TOPIC, Readings.CODEC).eventTimeNanos(Reading::time))
                .filter(Brake::pass)
                .map(FilesMain::line)
                .to(RollingFileSink.of(folder, "readings.txt", new TextLines()).withMaxBytes(5_000))
                .named("to-files");
    }

    static String line(Reading reading) {
        return reading.sensor() + " " + reading.time() + " " + Double.toHexString(reading.value());
    }

    public static void main(String[] args) throws InterruptedException {
        PipelineController controller = FlowMain.runtime(args[0])
                .withProperty("max.partition.fetch.bytes", Brake.IN_TURNS)
                .start(pipeline(Path.of(args[1])));
        Runtime.getRuntime().addShutdownHook(new Thread(controller::close));
        controller.awaitTermination();
    }

    /** A line for each text; written only. */
    private static final class TextLines implements FileFormat<String> {
        private static final long serialVersionUID = 1L;

        @Override
        public RecordReader<String> reader(String name, InputStream in) {
            throw new UnsupportedOperationException("read " + name + " (expected: only written)");
        }

        @Override
        public RecordWriter<String> writer(OutputStream out, boolean append) {
            return new RecordWriter<>() {
                @Override
                public void write(String value) throws IOException {
                    out.write((value + "\n").getBytes(StandardCharsets.UTF_8));
                }

                @Override
                public void flush() throws IOException {
                    out.flush();
                }

                @Override
                public void close() throws IOException {
                    out.close();
                }
            };
        }
    }
}
