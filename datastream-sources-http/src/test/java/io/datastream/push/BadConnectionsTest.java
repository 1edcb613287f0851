package io.datastream.push;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.codec.Codec;
import io.datastream.log.FileLog;
import io.datastream.secret.SecretSource;
import io.datastream.testkit.Await;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A crowd of clients that do everything wrong, of which none is kept, and between which others are served. */
@Timeout(300)
class BadConnectionsTest {
    private static final int CONNECTIONS = Integer.getInteger("push.connections", 10_000);
    private static final int SLOW = 12;

    /** How long a client may take. */
    private static final Duration LIMIT = Duration.ofMillis(250);

    @Test
    void getClearAnswersAndLeaveNothingBehind(@TempDir Path folder) throws Exception {
        long seed = 7;
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, Integer> answers = new TreeMap<>();
        ArrayDeque<Socket> slow = new ArrayDeque<>();
        try (FileLog log = FileLog.open(folder);
                PushServer server = HttpPush.on(0)
                        .with(PushRoute.at("/lines", log, Codec.utf8()).accepting("text/plain", new Texts()))
                        .withToken(SecretSource.of("right"))
                        .withMaxBody(10_000)
                        .withBodyTime(LIMIT)
                        .withHeaderTime(LIMIT)
                        .start()) {
            Pusher pusher = new Pusher(server.address());
            int served = 0;
            long before = usedAfterCollection();
            for (int i = 0; i < CONNECTIONS; i++) {
                String head = "POST /lines HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: text/plain\r\n";
                String token = "Authorization: Bearer right\r\n";
                switch (random.nextInt(8)) {
                    case 0 -> send(pusher, answers, "no token", head + "Content-Length: 1\r\n\r\na");
                    case 1 -> send(pusher, answers, "malformed", head + token + "Content-Length: 4\r\n\r\na\n!b");
                    case 2 ->
                        send(
                                pusher,
                                answers,
                                "too large",
                                head + token + "Content-Length: 20000\r\n\r\n" + "x".repeat(20_000));
                    case 3 -> send(pusher, answers, "no request", "\u0000".repeat(random.nextInt(1, 50)) + "\r\n\r\n");
                    case 4 ->
                        send(
                                pusher,
                                answers,
                                "no route",
                                head.replace("/lines", "/x") + token + "Content-Length: 1\r\n\r\na");
                    case 5 -> {
                        Socket gone = pusher.open();
                        gone.getOutputStream()
                                .write((head + token + "Content-Length: 9\r\n\r\na")
                                        .getBytes(StandardCharsets.US_ASCII));
                        gone.close();
                    }
                    case 6 -> pusher.open().close();
                    default -> {
                        if (random.nextInt(8) == 0) {
                            Socket waits = pusher.open();
                            waits.getOutputStream()
                                    .write(head.substring(0, random.nextInt(1, head.length()))
                                            .getBytes(StandardCharsets.US_ASCII));
                            slow.add(waits);
                            if (slow.size() > SLOW) {
                                try (Socket oldest = slow.remove()) {
                                    count(answers, "slow", Pusher.rest(oldest));
                                }
                            }
                        }
                    }
                }
                if (i % 100 == 0) {
                    serve(pusher, "seed " + seed + ", connection " + i);
                    served++;
                }
            }
            for (Socket socket : slow) {
                socket.close();
            }
            Await.until(
                    "all requests to end",
                    Duration.ofSeconds(20),
                    () -> server.health().busy() == 0);
            assertThat(Pusher.kept(log)).hasSize(served).containsOnly("good");
            assertThat(answers.keySet())
                    .containsExactlyInAnyOrder(
                            "malformed: 400",
                            "no request: 400",
                            "no route: 404",
                            "no token: 401",
                            "slow: closed",
                            "too large: 413");
            assertThat(usedAfterCollection() - before)
                    .as("bytes kept after %d", CONNECTIONS)
                    .isLessThan(20L << 20);
        }
    }

    /**
     * Sends bytes and counts the answer; unless all of that took so long, on a machine that stood still, that the server may
     * have closed the connection for it.
     */
    private static void send(Pusher pusher, Map<String, Integer> answers, String what, String bytes)
            throws IOException {
        long start = System.nanoTime();
        String answer = pusher.raw(bytes);
        if (System.nanoTime() - start < LIMIT.toNanos()) {
            count(answers, what, answer);
        }
    }

    /** A client that does all right, and comes again if the machine made it slow. */
    private static void serve(Pusher pusher, String key) throws Exception {
        int status = 0;
        long start;
        do {
            start = System.nanoTime();
            try {
                status = pusher.post(
                                "/lines",
                                "good",
                                "Content-Type",
                                "text/plain",
                                "Authorization",
                                "Bearer right",
                                "Idempotency-Key",
                                key.replace(' ', '-'))
                        .statusCode();
            } catch (IOException closed) {
                assertThat(System.nanoTime() - start).as(key).isGreaterThan(LIMIT.toNanos());
            }
        } while (status != 200 && System.nanoTime() - start >= LIMIT.toNanos());
        assertThat(status).as(key).isEqualTo(200);
    }

    private static void count(Map<String, Integer> answers, String what, String answer) {
        String status = answer.startsWith("HTTP/1.1 ") ? answer.substring(9, 12) : answer.isEmpty() ? "closed" : answer;
        answers.merge(what + ": " + status, 1, Integer::sum);
    }

    private static long usedAfterCollection() {
        ManagementFactory.getMemoryMXBean().gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
