package io.datastream.poll;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.codec.Codec;
import io.datastream.codec.CodecException;
import io.datastream.log.PolledLog;
import io.datastream.poll.PageServer.Answer;
import io.datastream.source.SourceReader;
import io.datastream.testkit.Await;
import io.datastream.testkit.ChildJvm;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A program that polls is killed in the middle of its work, poll, log and pipeline together, while the service goes away, comes
 * back, and cuts pages off. {@code -Dpoll.records=200000} for more records than usual.
 */
@Timeout(300)
class HttpPollCrashIT {
    private static final int RECORDS = Integer.getInteger("poll.records", 20_000);
    private static final int PAGE = Math.max(1, RECORDS / 200);
    private static final int KILLS = 4;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    private final Set<Integer> torn = ConcurrentHashMap.newKeySet();

    /** How many records the service has by now. */
    private volatile int there;

    /** From which record on a page lets the client be killed that waits for it. */
    private volatile int killFrom = Integer.MAX_VALUE;

    private final Semaphore pagesToKillAt = new Semaphore(0);

    /** How far a client has come. */
    private volatile int asked;

    @Test
    void everyRecordIsInTheLogOnceAndInTheResults() throws Exception {
        try (PageServer server = new PageServer()) {
            server.service = this::page;
            ChildJvm child = start(server);
            try {
                for (int kill = 1; kill <= KILLS; kill++) {
                    int enough = RECORDS / (KILLS + 1) * kill;
                    there = enough + RECORDS / (KILLS + 1) / 2; // so that it is killed while it has something to do
                    killFrom = enough;
                    assertThat(pagesToKillAt.tryAcquire(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                            .as("page from record %d", enough)
                            .isTrue();
                    child.kill(); // while it keeps the page
                    child.close();
                    if (kill % 2 == 0) {
                        server.stop();
                    }
                    child = start(server);
                    if (kill % 2 == 0) {
                        server.restart();
                    }
                }
                int enough = RECORDS / (KILLS + 1) * KILLS + PAGE;
                there = RECORDS;
                Await.until(enough + " records", PATIENCE, () -> asked >= enough);
                server.stop();
                server.restart();
            } finally {
                child.close();
            }
            try (PollProgram program = new PollProgram(folder, server.url("/lines"))) {
                Await.until("all records", PATIENCE, () -> asked == RECORDS);
                program.drain();
            }
        }
        List<String> all =
                IntStream.range(0, RECORDS).mapToObj(i -> "record " + i).toList();
        assertThat(kept())
                .as("the log, after %d pages were cut off", torn.size())
                .isEqualTo(all);
        assertThat(results()).isEqualTo(new HashSet<>(all));
        assertThat(torn).isNotEmpty();
    }

    private ChildJvm start(PageServer server) {
        ChildJvm child = ChildJvm.of(PollProgram.class)
                .withArguments(folder.toString(), server.url("/lines"))
                .start();
        child.awaitOutput("ready", Duration.ofSeconds(60));
        return child;
    }

    private Answer page(URI uri) {
        int offset = PollProgram.offset(uri.getQuery());
        asked = offset;
        if (offset >= killFrom) {
            killFrom = Integer.MAX_VALUE;
            pagesToKillAt.release();
        }
        int end = Math.min(there, offset + PAGE);
        if (offset >= end) {
            return Answer.status(204);
        }
        Answer page = Answer.ok(
                IntStream.range(offset, end).mapToObj(i -> "record " + i).collect(Collectors.joining("\n")));
        return offset % 7 == 3 && torn.add(offset) ? page.torn() : page;
    }

    private List<String> kept() {
        List<String> kept = new ArrayList<>();
        SourceReader.Collector<String> collector = new SourceReader.Collector<>() {
            @Override
            public void record(long offset, long logNanos, String value, byte @Nullable [] original) {
                kept.add(value);
            }

            @Override
            public void malformed(long offset, long logNanos, CodecException error, byte @Nullable [] original) {
                throw error;
            }
        };
        try (PolledLog log = PolledLog.open(folder.resolve("log"));
                SourceReader<String> reader = log.source(Codec.utf8()).open(0, 0)) {
            while (reader.poll(10_000, collector) == SourceReader.Status.MORE) {
                // reads on
            }
        }
        return kept;
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
