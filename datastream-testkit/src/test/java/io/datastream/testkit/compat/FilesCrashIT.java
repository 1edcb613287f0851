package io.datastream.testkit.compat;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.testkit.Await;
import io.datastream.testkit.ChildJvm;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A program is killed in the middle of its work, while a log that it follows is written and rotated in all ways, and files
 * appear in a folder. {@code -Dfiles.records=200000} for more records than usual.
 */
@Timeout(300)
class FilesCrashIT {
    private static final int RECORDS = Integer.getInteger("files.records", 20_000);
    private static final int KILLS = 4;
    private static final int PARTS = 40;

    @TempDir
    Path root;

    private int rotated;

    @Test
    void eachLineIsInTheResultsOnce() throws Exception {
        Files.createDirectories(root.resolve("logs"));
        Files.createDirectories(root.resolve("in"));
        ChildJvm child = start();
        try {
            int part = 0;
            for (int kill = 1; kill <= KILLS; kill++) {
                int enough = PARTS * kill / (KILLS + 1);
                for (; part < enough; part++) {
                    write(part);
                }
                int before = part;
                Await.until(
                        "some results of part " + before,
                        Duration.ofMinutes(2),
                        () -> count("lines.txt") > first(before - 1) && count("records.txt") > first(before - 1));
                write(part++); // so that it is killed while it has something to do
                child.kill();
                child.close();
                child = start();
            }
            for (; part < PARTS; part++) {
                write(part);
            }
        } finally {
            child.close();
        }
        try (FilesProgram program = new FilesProgram(root)) {
            program.drain();
        }
        List<String> all = new ArrayList<>();
        for (int part = 0; part < PARTS; part++) {
            all.addAll(part(part));
        }
        all.sort(null);
        assertThat(sorted("lines.txt")).isEqualTo(all);
        assertThat(sorted("records.txt")).isEqualTo(all);
    }

    private List<String> sorted(String name) throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(hidden(name)));
        lines.sort(null);
        return lines;
    }

    private ChildJvm start() {
        ChildJvm child =
                ChildJvm.of(FilesProgram.class).withArguments(root.toString()).start();
        child.awaitOutput("ready", Duration.ofSeconds(60));
        return child;
    }

    /** Where results are until the input ends, which these never do. */
    private Path hidden(String name) {
        return root.resolve("." + name + ".inprogress");
    }

    private long count(String name) throws IOException {
        Path file = hidden(name);
        if (!Files.exists(file)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(file)) {
            return lines.count();
        }
    }

    private static int first(int part) {
        return (int) ((long) RECORDS * part / PARTS);
    }

    private static List<String> part(int part) {
        List<String> lines = new ArrayList<>();
        for (int i = first(part); i < first(part + 1); i++) {
            lines.add("record " + i);
        }
        return lines;
    }

    private void write(int part) throws IOException {
        List<String> lines = part(part);
        Path unfinished = root.resolve("unfinished");
        Files.write(unfinished, lines);
        Files.move(unfinished, root.resolve("in").resolve(String.format("%05d.txt", part)));

        Path log = root.resolve("logs").resolve("app.log");
        Files.write(log, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        Path old = root.resolve("logs").resolve(String.format("app.log.%05d", ++rotated));
        if (part % 4 == 1) {
            Files.move(log, old);
        } else if (part % 4 == 2) {
            Files.copy(log, old);
            Files.write(log, new byte[0], StandardOpenOption.TRUNCATE_EXISTING);
        } else if (part % 4 == 3) {
            Path unready = root.resolve("compressed");
            try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(unready))) {
                Files.copy(log, out);
            }
            Files.move(unready, Path.of(old + ".gz"));
            Files.delete(log);
        }
    }
}
