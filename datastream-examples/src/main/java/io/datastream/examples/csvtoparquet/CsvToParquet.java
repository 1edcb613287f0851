package io.datastream.examples.csvtoparquet;

import io.datastream.KeyedStream;
import io.datastream.Pipeline;
import io.datastream.codec.FileFormat.RecordReader;
import io.datastream.config.Config;
import io.datastream.error.DeadLetter;
import io.datastream.error.ErrorPolicy;
import io.datastream.examples.CtrlC;
import io.datastream.examples.Programs;
import io.datastream.formats.csv.CsvFormat;
import io.datastream.formats.parquet.ParquetFormat;
import io.datastream.processors.outlier.HampelOutliers;
import io.datastream.processors.outlier.Outlier;
import io.datastream.processors.quality.Deduplicate;
import io.datastream.processors.resample.Resample;
import io.datastream.runtime.Checkpoints;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.sink.RollingFileSink;
import io.datastream.sink.Sinks;
import io.datastream.source.file.FolderSource;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Reads a folder of CSV files, plain or compressed, takes out readings that are doubled or far from those before them, puts each
 * sensor on an even grid of a minute, fills small gaps, and writes a Parquet file for each day. What was taken out goes to files of
 * its own, with the reason.
 *
 * <p>With nothing configured it makes up three days of sensors and ends by itself. See {@code --help}.
 */
public final class CsvToParquet {
    /** The distance of two rows. */
    static final Duration STEP = Duration.ofMinutes(1);

    /** Longer gaps stay gaps. */
    static final Duration LONGEST_GAP = Duration.ofMinutes(10);

    /** A reading is compared with twice as many before it. */
    static final int HALF_WINDOW = 10;

    /** How many scales away from the median of these a reading is an outlier. */
    static final double THRESHOLD = 8;

    private static final String NAME = "csv-to-parquet";

    private final Config config;
    private final PrintStream out;

    private CsvToParquet(Config config, PrintStream out) {
        this.config = config;
        this.out = out;
    }

    /** Runs the example. Exits with 0 if it has done its work, 1 if something failed, 2 if the configuration is wrong. */
    public static void main(String[] args) {
        System.exit(run(args, System.out, System.err));
    }

    static int run(String[] args, PrintStream out, PrintStream err) {
        return Programs.run(NAME, CsvOptions.SPEC, args, out, err, config -> {
            new CsvToParquet(config, out).run();
            return true;
        });
    }

    private void run() throws Exception {
        Path output = config.find(CsvOptions.OUTPUT).orElseGet(CsvToParquet::newFolder);
        Path state = output.resolve("state");
        if (!Files.exists(state.resolve(NAME + ".checkpoint"))
                && !parquet(output.resolve("clean")).isEmpty()) {
            throw new IOException(
                    "output: " + output
                            + " has the files of a run that was done (expected: a folder without any, or of a run to go on with)");
        }
        Path input = config.find(CsvOptions.INPUT).orElse(null);
        if (input == null) {
            input = output.resolve("made-up");
            MadeUpFiles.write(input);
        } else if (!Files.isDirectory(input)) {
            throw new IOException("input: " + input + " is no folder (expected: a folder of CSV files)");
        }
        FolderSource<Reading> files = FolderSource.of(
                input,
                config.get(CsvOptions.GLOB),
                CsvFormat.of(Reading.class).withEmptyAsNaN(),
                output.resolve("journal"));
        boolean follow = config.get(CsvOptions.FOLLOW);
        // all sensors in one task, and so one file for each day
        LocalRuntime runtime = LocalRuntime.create().withShards(1).withCheckpoints(Checkpoints.to(state));
        try (CtrlC ctrlC = CtrlC.handled();
                PipelineController controller = runtime.start(pipeline(follow ? files : files.once(), output))) {
            if (follow) {
                out.println(NAME + ": follows " + input + " until Ctrl-C");
            }
            ctrlC.awaitEndOf(controller);
        }
        tell(output);
    }

    private Pipeline pipeline(FolderSource<Reading> files, Path output) {
        KeyedStream<String, Outlier<Reading>> judged = Pipeline.from(files.eventTime(Reading::time)
                        .disorderUpTo(MadeUpFiles.DISORDER)
                        .onError(ErrorPolicy.deadLetter()))
                .keyBy(Reading::sensor)
                .process(Deduplicate.keepFirst())
                .process(HampelOutliers.trailing(HALF_WINDOW, Reading::value).withThreshold(THRESHOLD));
        Pipeline clean = judged.process(
                        Resample.every(STEP, CsvToParquet::cleanValue).linear().withMaxGap(LONGEST_GAP))
                .mapValues(CleanReading::of)
                .to(RollingFileSink.of(output.resolve("clean"), "clean.parquet", ParquetFormat.of(CleanReading.class))
                        .withPeriod(Duration.ofDays(1)));
        Pipeline outliers = judged.filter(Outlier::isOutlier)
                .mapValues(OutlierReading::of)
                .to(RollingFileSink.of(
                                output.resolve("outliers"), "outliers.parquet", ParquetFormat.of(OutlierReading.class))
                        .withPeriod(Duration.ofDays(1)));
        return clean.and(outliers)
                .deadLettersTo(Sinks.calling("unreadable", (time, letter) -> setAside(letter)))
                .named(NAME);
    }

    /** NaN, and so a gap to be filled, where the value cannot be believed. */
    private static double cleanValue(Outlier<Reading> judged) {
        return judged.isOutlier() ? Double.NaN : judged.value().value();
    }

    private void setAside(DeadLetter letter) {
        out.println("  set aside: " + letter);
    }

    /** Reads the files and says what is in them. */
    private void tell(Path output) throws IOException {
        List<Path> files = parquet(output.resolve("clean"));
        List<CleanReading> clean = read(files, ParquetFormat.of(CleanReading.class));
        List<OutlierReading> outliers =
                read(parquet(output.resolve("outliers")), ParquetFormat.of(OutlierReading.class));
        out.printf(
                Locale.ROOT,
                "  %,d rows in %d files, %,d of them interpolated; %d outliers taken out%n",
                clean.size(),
                files.size(),
                clean.stream().filter(CleanReading::interpolated).count(),
                outliers.size());
        outliers.stream()
                .limit(3)
                .forEach(row -> out.println("    " + row.sensor() + " at " + row.time() + ": " + row.reason()));
        out.println("  Parquet files: " + output.resolve("clean") + ", " + output.resolve("outliers"));
    }

    /** The complete files of a folder, in the order of their names. */
    static List<Path> parquet(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> !file.getFileName().toString().startsWith("."))
                    .filter(file -> file.getFileName().toString().endsWith(".parquet"))
                    .sorted()
                    .toList();
        }
    }

    static <T> List<T> read(List<Path> files, ParquetFormat<T> format) throws IOException {
        List<T> rows = new ArrayList<>();
        for (Path file : files) {
            try (RecordReader<T> reader = format.reader(file.toString(), FileChannel.open(file))) {
                for (T row = reader.read(); row != null; row = reader.read()) {
                    rows.add(row);
                }
            }
        }
        return rows;
    }

    private static Path newFolder() {
        DateTimeFormatter time = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);
        return Path.of("target", NAME, time.format(Instant.now()));
    }
}
