package io.datastream.bench.files;

import io.datastream.Pipeline;
import io.datastream.codec.FileFormat.RecordReader;
import io.datastream.codec.FileFormat.RecordWriter;
import io.datastream.formats.json.JsonCodec;
import io.datastream.formats.json.JsonLinesFormat;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.sink.Sinks;
import io.datastream.source.FileSource;
import io.datastream.source.ReadableSource;
import io.datastream.source.Source;
import io.datastream.source.file.TailSource;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * How fast a pipeline reads a file of JSON lines: a plain loop that decodes the records, {@link FileSource}, and {@link
 * TailSource}, by turns in one JVM. The pipelines date each record and hand it to a sink that adds up values, as the loop does.
 *
 * <p>{@code java -Xmx64m -cp datastream-benchmarks/target/benchmarks.jar io.datastream.bench.files.FileSourceSpeed 1000 3}: a
 * file of so many MB, in the folder for temporary files, and so many rounds after one that does not count.
 */
public final class FileSourceSpeed {
    private static final int KEYS = 1_000;

    /** A reading of a sensor. */
    public record Reading(String sensor, long time, double value) {}

    private FileSourceSpeed() {}

    /** The size in MB, and the number of rounds. */
    public static void main(String[] arguments) throws Exception {
        long bytes = Long.parseLong(arguments[0]) * 1_000_000;
        int rounds = Integer.parseInt(arguments[1]);
        Path folder = Files.createTempDirectory("datastream-files-");
        try {
            Path file = folder.resolve("readings.jsonl");
            long records = write(file, bytes);
            double[][] seconds = new double[3][rounds];
            for (int round = -1; round < rounds; round++) {
                double[] taken = {
                    loop(file, records), pipeline(fileSource(file), records), tail(file, folder, round, records)
                };
                for (int kind = 0; kind < taken.length && round >= 0; kind++) {
                    seconds[kind][round] = taken[kind];
                }
            }
            double loop = print("plain loop", seconds[0], records, Files.size(file));
            double source = print("FileSource", seconds[1], records, Files.size(file));
            double tail = print("TailSource", seconds[2], records, Files.size(file));
            System.out.printf(
                    Locale.ROOT, "FileSource %.2f of the loop's speed, TailSource %.2f%n", loop / source, loop / tail);
            System.out.printf(Locale.ROOT, "most heap in use: %.0f MB%n", mostHeap() / 1e6);
        } finally {
            delete(folder);
        }
    }

    private static long write(Path file, long bytes) throws IOException {
        SplittableRandom random = new SplittableRandom(1);
        JsonLinesFormat<Reading> format = JsonLinesFormat.of(Reading.class);
        long records = 0;
        try (RecordWriter<Reading> writer =
                format.writer(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16), false)) {
            long time = 1_700_000_000_000_000_000L;
            while (records % 1_000 != 0 || Files.size(file) < bytes) {
                time += 1_000_000;
                double value = Math.round(random.nextDouble() * 10_000) / 100.0;
                writer.write(new Reading("sensor-" + random.nextInt(KEYS), time, value));
                records++;
            }
        }
        return records;
    }

    private static double loop(Path file, long records) throws IOException {
        long start = System.nanoTime();
        Sum sum = new Sum();
        try (RecordReader<Reading> reader = JsonLinesFormat.of(Reading.class)
                .reader("readings.jsonl", new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
            for (Reading each = reader.read(); each != null; each = reader.read()) {
                sum.add(each);
            }
        }
        return sum.check(records, start);
    }

    private static ReadableSource<Reading> fileSource(Path file) {
        return FileSource.of(file, JsonLinesFormat.of(Reading.class));
    }

    private static double tail(Path file, Path folder, int round, long records) throws Exception {
        return pipeline(
                TailSource.of(
                        folder,
                        file.getFileName().toString(),
                        JsonCodec.of(Reading.class),
                        folder.resolve("journal-" + round)),
                records);
    }

    private static double pipeline(ReadableSource<Reading> source, long records) throws Exception {
        long start = System.nanoTime();
        Sum sum = new Sum();
        Source<Reading> dated = source.eventTimeNanos(Reading::time);
        Pipeline pipeline = Pipeline.from(dated).to(Sinks.calling("sum", (time, reading) -> sum.add(reading)));
        try (PipelineController controller = LocalRuntime.create().start(pipeline)) {
            if (source.isBounded()) {
                controller.awaitTermination();
            } else {
                controller.drain();
            }
        }
        return sum.check(records, start);
    }

    /** Used by one thread at a time. */
    private static final class Sum {
        private long count;
        private double sum;

        void add(Reading reading) {
            count++;
            sum += reading.value();
        }

        double check(long records, long start) {
            double seconds = (System.nanoTime() - start) / 1e9;
            if (count != records || !(sum > 0)) {
                throw new IllegalStateException("records: " + count + " (expected: " + records + ")");
            }
            return seconds;
        }
    }

    /** Prints the median and returns it. */
    private static double print(String name, double[] seconds, long records, long bytes) {
        List<Double> sorted = new ArrayList<>();
        for (double each : seconds) {
            sorted.add(each);
        }
        sorted.sort(Comparator.naturalOrder());
        double median = sorted.get(sorted.size() / 2);
        System.out.printf(
                Locale.ROOT,
                "%-10s  %6.2f s (%.2f to %.2f), %,.0f records/s, %.0f MB/s%n",
                name,
                median,
                sorted.get(0),
                sorted.get(sorted.size() - 1),
                records / median,
                bytes / median / 1e6);
        return median;
    }

    private static long mostHeap() {
        long sum = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            if (pool.getType() == MemoryType.HEAP) {
                sum += pool.getPeakUsage().getUsed();
            }
        }
        return sum;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }
}
