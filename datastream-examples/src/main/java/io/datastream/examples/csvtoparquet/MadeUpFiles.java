package io.datastream.examples.csvtoparquet;

import io.datastream.codec.FileFormat.RecordWriter;
import io.datastream.formats.csv.CsvFormat;
import io.datastream.simulate.Sample;
import io.datastream.simulate.SeriesGenerator;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Three days of four made-up sensors, a file a day, the second one compressed, and with all that real files have. */
final class MadeUpFiles {
    /** How much later than others a reading may stand in a file. */
    static final Duration DISORDER = Duration.ofMinutes(5);

    /** A line that cannot be read. */
    static final String BAD_LINE = "sensor-1,yesterday,20.5\n";

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final int DAYS = 3;
    private static final int MINUTES = 24 * 60;

    private MadeUpFiles() {}

    /** What is in the files, in this order: with gaps, spikes, duplicates, and lines that are late. */
    static List<Sample> samples() {
        return SeriesGenerator.of(START, Duration.ofMinutes(1), DAYS * MINUTES)
                .withKeys(4)
                .withLevel(20)
                .withSeason(Duration.ofDays(1), 5)
                .withNoise(0.1)
                .withMissing(0.02)
                .withGaps(3, 45)
                .withSpikes(0.002, 8)
                .withDuplicates(0.01)
                .withLate(0.02, DISORDER)
                .generate()
                .arrivals();
    }

    static void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        List<Sample> samples = samples();
        for (int day = 0; day < DAYS; day++) {
            int from = (int) ((long) samples.size() * day / DAYS);
            int to = (int) ((long) samples.size() * (day + 1) / DAYS);
            boolean packed = day == 1;
            Path file = folder.resolve("day-" + (day + 1) + (packed ? ".csv.gz" : ".csv"));
            try (OutputStream bytes = Files.newOutputStream(file);
                    OutputStream out = packed ? new GZIPOutputStream(bytes) : bytes;
                    RecordWriter<Reading> writer = CsvFormat.of(Reading.class).writer(out, false)) {
                for (Sample sample : samples.subList(from, to)) {
                    writer.write(new Reading(sample.key(), sample.time(), sample.value()));
                }
            }
        }
        Files.writeString(folder.resolve("day-1.csv"), BAD_LINE, StandardCharsets.UTF_8, StandardOpenOption.APPEND);
    }
}
