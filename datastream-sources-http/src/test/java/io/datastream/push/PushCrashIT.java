package io.datastream.push;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.log.FileLog;
import io.datastream.testkit.Await;
import io.datastream.testkit.ChildJvm;
import io.datastream.testkit.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A program is killed in the middle of its work, server, log and pipeline together, while clients push and repeat what was not
 * acknowledged. {@code -Dpush.records=200000} for more records than usual.
 */
@Timeout(300)
class PushCrashIT {
    private static final int RECORDS = Integer.getInteger("push.records", 20_000);
    private static final int BATCH = 50;
    private static final int CLIENTS = 4;
    private static final int KILLS = 5;

    @TempDir
    Path folder;

    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicInteger repeats = new AtomicInteger();

    @Test
    void everyAcknowledgedRecordIsInTheResultsAndInTheLogOnce() throws Exception {
        int port = FreePorts.next();
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        ChildJvm child = start(port);
        try {
            List<Future<?>> clients = new ArrayList<>();
            for (int c = 0; c < CLIENTS; c++) {
                int client = c;
                clients.add(threads.submit(() -> push(new Pusher(address), client)));
            }
            for (int kill = 1; kill <= KILLS; kill++) {
                int enough = RECORDS * kill / (KILLS + 1);
                Await.until(enough + " records", Duration.ofMinutes(2), () -> acknowledged.get() >= enough);
                child.kill();
                child.close();
                child = start(port);
            }
            for (Future<?> client : clients) {
                client.get();
            }
        } finally {
            child.close();
            threads.shutdownNow();
        }
        try (PushProgram program = new PushProgram(folder, 0)) {
            program.drain();
        }
        Set<String> all =
                IntStream.range(0, RECORDS).mapToObj(i -> "record " + i).collect(Collectors.toSet());
        assertThat(results()).as("results after %d repeats", repeats.get()).isEqualTo(all);
        try (FileLog log = FileLog.open(folder.resolve("log"))) {
            assertThat(Pusher.kept(log)).hasSize(RECORDS);
        }
    }

    private ChildJvm start(int port) {
        ChildJvm child = ChildJvm.of(PushProgram.class)
                .withArguments(folder.toString(), String.valueOf(port))
                .start();
        child.awaitOutput("ready", Duration.ofSeconds(60));
        return child;
    }

    private Void push(Pusher pusher, int client) throws Exception {
        for (int first = client * BATCH; first < RECORDS; first += CLIENTS * BATCH) {
            String body = IntStream.range(first, Math.min(RECORDS, first + BATCH))
                    .mapToObj(i -> "record " + i)
                    .collect(Collectors.joining("\n"));
            while (!isKept(pusher, body, "batch-" + first)) {
                repeats.incrementAndGet();
                LockSupport.parkNanos(5_000_000); // as a client would, while the server is away
            }
            acknowledged.addAndGet(BATCH);
        }
        return null;
    }

    private static boolean isKept(Pusher pusher, String body, String key) throws Exception {
        HttpResponse<String> answer;
        try {
            answer = pusher.post("/lines", body, "Content-Type", "text/plain", "Idempotency-Key", key);
        } catch (IOException serverIsGone) {
            return false;
        }
        assertThat(answer.statusCode()).as(answer.body()).isIn(200, 429, 503);
        return answer.statusCode() == 200;
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
