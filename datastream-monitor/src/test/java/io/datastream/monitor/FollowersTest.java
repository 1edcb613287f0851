package io.datastream.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.datastream.testkit.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FollowersTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final Deadlines deadlines = new Deadlines();
    private final Followers followers = new Followers(2, deadlines, 500);
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            if (!followers.add("p", null, exchange, frame(10))) {
                exchange.sendResponseHeaders(503, -1);
                exchange.close();
            }
        });
        server.start();
    }

    @AfterEach
    void stop() {
        followers.close();
        server.stop(0);
    }

    private static byte[] frame(int length) {
        return ("data: " + "x".repeat(length) + "\n\n").getBytes(StandardCharsets.US_ASCII);
    }

    private Socket connect() throws IOException {
        Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), server.getAddress().getPort());
        socket.setSoTimeout(20_000);
        socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static String readUntil(Socket socket, String end) throws IOException {
        StringBuilder read = new StringBuilder();
        while (read.indexOf(end) < 0) {
            int next = socket.getInputStream().read();
            assertThat(next).as("end of the stream after: %s", read).isNotNegative();
            read.append((char) next);
        }
        return read.toString();
    }

    @Test
    void aClientThatReadsNothingIsCutOffAndHoldsNobodyUp() throws IOException {
        byte[] large = frame(16 << 20); // more than the buffers of a connection hold
        try (Socket silent = connect()) {
            Await.until("a follower", SOON, () -> followers.count() == 1);
            long start = System.nanoTime();
            for (int i = 0; i < 1_000; i++) {
                followers.offer("p", large);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);

            Await.until("cut off", SOON, () -> {
                deadlines.look();
                return followers.count() == 0;
            });
            assertThat(silent.isClosed()).isFalse(); // it was the server that ended it
        }
    }

    @Test
    void aClientThatReadsGetsTheNewestFrame() throws IOException {
        try (Socket reader = connect()) {
            assertThat(readUntil(reader, "data: xxxxxxxxxx\n\n")).startsWith("HTTP/1.1 200 OK");
            followers.offer("other", frame(20));
            followers.offer("p", "data: newest\n\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(readUntil(reader, "newest")).doesNotContain("x");
        }
    }

    @Test
    void oneTooManyIsTurnedAwayAndAPlaceThatIsFreeAgainIsGiven() throws IOException {
        try (Socket one = connect();
                Socket two = connect()) {
            Await.until("two followers", SOON, () -> followers.count() == 2);
            try (Socket three = connect()) {
                assertThat(new String(three.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                        .isEqualTo("HTTP/1.1 503");
            }
            assertThat(two.isConnected()).isTrue();
            one.close();
            Await.until("a place", SOON, () -> {
                followers.offer("p", frame(1_000));
                return followers.count() == 1;
            });
        }
    }
}
