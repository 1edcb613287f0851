package io.datastream.push;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.log.FileLog;
import io.datastream.testkit.Await;
import io.datastream.testkit.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The log of core under programs that are killed while they append, and on a disk without room. */
@Timeout(120)
class FileLogKillTest {
    private static final Pattern ACKNOWLEDGED = Pattern.compile("acknowledged (\\S+);");
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    void nothingThatWasAcknowledgedIsLostWhenTheProgramIsKilled() {
        long seed = 11;
        SplittableRandom random = new SplittableRandom(seed);
        List<String> acknowledged = new ArrayList<>();
        for (int life = 0; life < 4; life++) {
            int enough = random.nextInt(50, 400);
            try (ChildJvm child = ChildJvm.of(Appender.class)
                    .withArguments(folder.toString(), "life" + life, "65536", "0")
                    .start()) {
                Await.until("batches", LIMIT, () -> acknowledged(child.output()).size() >= enough);
                child.kill();
                acknowledged.addAll(acknowledged(child.output()));
            }
        }
        try (FileLog log = FileLog.open(folder)) {
            Set<String> whole = wholeBatches(Pusher.kept(log));
            assertThat(acknowledged).as("seed %d", seed).hasSizeGreaterThan(200);
            assertThat(whole).as("seed %d", seed).containsAll(acknowledged);
        }
    }

    @Test
    void goesOnWhenThereIsRoomOnTheDiskAgain() throws Exception {
        Assumptions.assumeTrue(run("prlimit", "--version") == 0, "prlimit is not installed");
        try (ChildJvm child = ChildJvm.of(Appender.class)
                .withArguments(folder.toString(), "w", "100000000", "10000")
                .start()) {
            Await.until("batches", LIMIT, () -> acknowledged(child.output()).size() > 20);
            // files of more than this cannot be written, as if the disk were full; the soft limit can be raised again
            assertThat(run("prlimit", "--pid", String.valueOf(child.pid()), "--fsize=2000000:"))
                    .isZero();
            String refused = child.awaitOutput("refused ", LIMIT);
            assertThat(refused).contains("nothing was kept").contains("expected: room on the disk");
            assertThat(run("prlimit", "--pid", String.valueOf(child.pid()), "--fsize=unlimited:"))
                    .isZero();
            int before = acknowledged(child.output()).size();
            Await.until(
                    "batches again", LIMIT, () -> acknowledged(child.output()).size() > before + 20);
            child.kill();
            try (FileLog log = FileLog.open(folder)) {
                List<String> kept = Pusher.kept(log);
                assertThat(kept).doesNotHaveDuplicates();
                assertThat(wholeBatches(kept)).containsAll(acknowledged(child.output()));
            }
        }
    }

    private static int run(String... command) throws Exception {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException notInstalled) {
            return -1;
        }
    }

    private static List<String> acknowledged(String output) {
        List<String> found = new ArrayList<>();
        Matcher line = ACKNOWLEDGED.matcher(output);
        while (line.find()) {
            found.add(line.group(1));
        }
        return found;
    }

    /** The names of batches; each must have its three records one after the other. */
    private static Set<String> wholeBatches(List<String> records) {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < records.size(); i += 3) {
            String name = records.get(i).replaceFirst("-0-x*$", "");
            for (int n = 0; n < 3; n++) {
                assertThat(records.get(i + n)).startsWith(name + "-" + n + "-");
            }
            names.add(name);
        }
        return names;
    }
}
