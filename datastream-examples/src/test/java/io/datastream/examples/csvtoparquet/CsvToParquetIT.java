package io.datastream.examples.csvtoparquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.datastream.formats.parquet.ParquetFormat;
import io.datastream.simulate.Sample;
import io.datastream.testkit.ChildJvm;
import io.datastream.time.EventTime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The example on the files that it makes up, compared with a plain model. */
@Timeout(240)
class CsvToParquetIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** Makes the median distance of normally distributed values their standard deviation. */
    private static final double HAMPEL_SCALE = 1.4826;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @TempDir
    Path folder;

    @Test
    void rowsOfTheParquetFilesAreThoseOfAPlainModelToTheLastOne() throws Exception {
        assertThat(run("--output=" + folder)).as(output()).isZero();

        assertThat(output()).contains("set aside: ", "day-1.csv: line ", "\"yesterday\"");
        assertThat(folder.resolve("made-up/day-2.csv.gz")).exists();
        List<CleanReading> expected = new ArrayList<>();
        List<OutlierReading> outliers = new ArrayList<>();
        series().forEach((sensor, series) -> clean(sensor, series, expected, outliers));
        compare(sorted(clean()), expected);
        checkDays(CsvToParquet.parquet(folder.resolve("clean")));
        List<OutlierReading> found = CsvToParquet.read(
                CsvToParquet.parquet(folder.resolve("outliers")), ParquetFormat.of(OutlierReading.class));
        assertThat(found.stream()
                        .sorted(Comparator.comparing(OutlierReading::sensor).thenComparing(OutlierReading::time))
                        .map(row -> row.sensor() + " " + row.time() + " " + row.value() + " " + row.expected()))
                .isEqualTo(outliers.stream()
                        .map(row -> row.sensor() + " " + row.time() + " " + row.value() + " " + row.expected())
                        .toList());
        assertThat(found)
                .isNotEmpty()
                .allSatisfy(row -> assertThat(row.reason()).contains("the median"));
    }

    /** A file for each day, with the rows of that day alone. */
    private static void checkDays(List<Path> files) throws IOException {
        assertThat(files).hasSize(3);
        for (int day = 1; day <= 3; day++) {
            String date = "2026-01-0" + day;
            assertThat(files.get(day - 1).getFileName().toString()).startsWith("clean-2026010" + day);
            assertThat(CsvToParquet.read(List.of(files.get(day - 1)), ParquetFormat.of(CleanReading.class)))
                    .isNotEmpty()
                    .allSatisfy(row -> assertThat(row.time().toString()).startsWith(date));
        }
    }

    @Test
    void whatWasReadOnceIsNotReadAgainAfterCtrlC() throws Exception {
        Path input = folder.resolve("input");
        MadeUpFiles.write(input);
        Path last = Files.move(input.resolve("day-3.csv"), folder.resolve("day-3.csv"));
        String[] settings = {"--input=" + input, "--output=" + folder, "--follow"};
        try (ChildJvm program =
                ChildJvm.of(CsvToParquet.class).withArguments(settings).start()) {
            program.awaitOutput("set aside: ", LIMIT);
            program.signal(ChildJvm.Signal.TERM);
            assertThat(program.awaitExit(LIMIT)).as(program.output()).isEqualTo(143);
        }
        Files.move(last, input.resolve("day-3.csv"));

        assertThat(run("--input=" + input, "--output=" + folder)).as(output()).isZero();

        List<CleanReading> expected = new ArrayList<>();
        series().forEach((sensor, series) -> clean(sensor, series, expected, new ArrayList<>()));
        compare(sorted(clean()), expected);
    }

    @Test
    void refusesAnOutputThatIsDoneAndAnInputThatIsMissing() throws IOException {
        Files.createFile(Files.createDirectories(folder.resolve("clean")).resolve("clean-1.parquet"));
        assertThat(run("--output=" + folder)).isEqualTo(1);
        assertThat(output()).startsWith("csv-to-parquet: output: " + folder + " has the files of a run");

        printed.reset();
        assertThat(run("--input=" + folder.resolve("none"), "--output=" + folder.resolve("other")))
                .isEqualTo(1);
        assertThat(output())
                .isEqualTo("csv-to-parquet: input: " + folder.resolve("none")
                        + " is no folder (expected: a folder of CSV files)");
    }

    private int run(String... settings) {
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        return CsvToParquet.run(settings, out, out);
    }

    private String output() {
        return printed.toString(StandardCharsets.UTF_8).strip();
    }

    private List<CleanReading> clean() throws IOException {
        return CsvToParquet.read(CsvToParquet.parquet(folder.resolve("clean")), ParquetFormat.of(CleanReading.class));
    }

    private static List<CleanReading> sorted(List<CleanReading> rows) {
        return rows.stream()
                .sorted(Comparator.comparing(CleanReading::sensor).thenComparing(CleanReading::time))
                .toList();
    }

    private static void compare(List<CleanReading> rows, List<CleanReading> expected) {
        assertThat(rows.stream().map(row -> row.sensor() + " " + row.time() + " " + row.interpolated()))
                .isEqualTo(expected.stream()
                        .map(row -> row.sensor() + " " + row.time() + " " + row.interpolated())
                        .toList());
        for (int i = 0; i < rows.size(); i++) {
            assertThat(rows.get(i).value())
                    .as("%s", expected.get(i))
                    .isCloseTo(expected.get(i).value(), within(1e-9));
        }
    }

    /** The readings of each sensor by time, the first one of those that are doubled. */
    private static TreeMap<String, TreeMap<Long, Double>> series() {
        TreeMap<String, TreeMap<Long, Double>> all = new TreeMap<>();
        for (Sample sample : MadeUpFiles.samples()) {
            all.computeIfAbsent(sample.key(), any -> new TreeMap<>()).putIfAbsent(sample.timeNanos(), sample.value());
        }
        return all;
    }

    /** Cleans a series one reading after the other. */
    private static void clean(
            String sensor, TreeMap<Long, Double> series, List<CleanReading> rows, List<OutlierReading> outliers) {
        List<Long> times = new ArrayList<>(series.keySet());
        double[] values =
                series.values().stream().mapToDouble(Double::doubleValue).toArray();
        int size = 2 * CsvToParquet.HALF_WINDOW + 1;
        TreeMap<Long, Double> good = new TreeMap<>();
        for (int i = 0; i < values.length; i++) {
            double value = values[i];
            if (i + 1 >= size) {
                double[] window = Arrays.copyOfRange(values, i + 1 - size, i + 1);
                double median = median(window);
                double scale = HAMPEL_SCALE
                        * median(Arrays.stream(window)
                                .map(other -> Math.abs(other - median))
                                .toArray());
                if (Math.abs(value - median) > CsvToParquet.THRESHOLD * scale) {
                    outliers.add(new OutlierReading(sensor, EventTime.instant(times.get(i)), value, median, ""));
                    continue;
                }
            }
            good.put(times.get(i), value);
        }
        long step = EventTime.nanos(CsvToParquet.STEP);
        for (Long time : good.keySet()) {
            Long next = good.higherKey(time);
            if (time % step == 0) {
                rows.add(new CleanReading(sensor, EventTime.instant(time), good.get(time), false));
            }
            if (next == null || next - time > EventTime.nanos(CsvToParquet.LONGEST_GAP)) {
                continue;
            }
            for (long point = Math.floorDiv(time, step) * step + step; point < next; point += step) {
                double part = (point - time) / (double) (next - time);
                double value = good.get(time) + (good.get(next) - good.get(time)) * part;
                rows.add(new CleanReading(sensor, EventTime.instant(point), value, true));
            }
        }
    }

    private static double median(double[] values) {
        double[] sorted = Arrays.stream(values).sorted().toArray();
        return sorted[sorted.length / 2]; // of an odd number
    }
}
