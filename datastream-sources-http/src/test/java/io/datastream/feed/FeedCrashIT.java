package io.datastream.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.testkit.Await;
import io.datastream.testkit.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A program is killed in the middle of its work, subscription, log and pipeline together, and its server stopped, while events
 * come. {@code -Dfeed.records=200000} for more than usual.
 */
@Timeout(900)
class FeedCrashIT {
    private static final int RECORDS = Integer.getInteger("feed.records", 8_000);
    private static final int KILLS = 3;
    private static final Duration LIMIT = Duration.ofMinutes(5);

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"server-sent events", "WebSocket"})
    void everyEventIsInTheLogOnceAndInTheResults(String kind) throws Exception {
        List<String> all = IntStream.range(0, RECORDS).mapToObj(String::valueOf).toList();
        try (FeedServer server = kind.equals("WebSocket") ? WsServer.start() : SseServer.start()) {
            ChildJvm child = start(server);
            try {
                int part = RECORDS / (KILLS + 1);
                for (int kill = 0; kill < KILLS; kill++) {
                    long before = server.written();
                    server.publish(all.subList(kill * part, (kill + 1) * part));
                    Await.until("half a part", LIMIT, () -> server.written() >= before + part / 2);
                    if (kill == 1) {
                        server.stop();
                        server.restart();
                    }
                    child.kill();
                    child.close();
                    child = start(server);
                }
                server.publish(all.subList(KILLS * part, RECORDS));
                Await.until("something of the rest", LIMIT, () -> server.written() >= RECORDS);
                child.kill();
            } finally {
                child.close();
            }
            Set<String> distinct = Set.copyOf(all);
            List<String> kept;
            try (FeedProgram program = new FeedProgram(folder, server.url())) {
                Await.until("all events in the results", LIMIT, () -> results().equals(distinct));
                program.drain();
                kept = ReadBack.of(program.source()).values;
            }
            assertThat(kept.equals(all)).as("in the log once and in order").isTrue();
            System.out.println(
                    kind + ": " + RECORDS + " events, written " + server.written() + " times, each in the log once");
        }
    }

    private ChildJvm start(FeedServer server) {
        ChildJvm child = ChildJvm.of(FeedProgram.class)
                .withArguments(folder.toString(), server.url())
                .start();
        child.awaitOutput("ready", Duration.ofSeconds(60));
        return child;
    }

    /** The results; a line that was cut off by a kill is none. */
    private Set<String> results() throws IOException {
        Set<String> whole = new HashSet<>();
        for (String line : Files.readString(folder.resolve("results")).split("\n", -1)) {
            if (line.endsWith(";")) {
                whole.add(line.substring(0, line.length() - 1));
            }
        }
        return whole;
    }
}
