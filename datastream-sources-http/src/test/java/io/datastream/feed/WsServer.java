package io.datastream.feed;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import org.java_websocket.WebSocket;
import org.java_websocket.WebSocketImpl;
import org.java_websocket.framing.Framedata;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.server.DefaultSSLWebSocketServerFactory;
import org.java_websocket.server.WebSocketServer;
import org.jspecify.annotations.Nullable;

/**
 * A service with a journal, on a WebSocket server that is not ours: "subscribe" brings all messages, "after N" those behind the
 * N-th. A message is {@code N:data}. It can be stopped and come back at the same port.
 */
final class WsServer implements FeedServer {
    /** What it does with a connection instead of sending the journal. */
    interface Script {
        void run(WebSocket connection) throws Exception;
    }

    private static final int MOST_WAITING = 100;

    final Queue<ClientHandshake> handshakes = new ConcurrentLinkedQueue<>();
    final Queue<String> said = new ConcurrentLinkedQueue<>();
    final AtomicLong written = new AtomicLong();
    final AtomicLong pings = new AtomicLong();
    volatile @Nullable Script script;

    /** Whether messages are sent without their number. */
    volatile boolean plain;

    private final @Nullable SSLContext tls;
    private final List<String> journal = new ArrayList<>();
    private int port;
    private Server server;
    private boolean stopped;

    private WsServer(@Nullable SSLContext tls) throws InterruptedException {
        this.tls = tls;
        restart();
    }

    static WsServer start() throws InterruptedException {
        return new WsServer(null);
    }

    static WsServer start(SSLContext tls) throws InterruptedException {
        return new WsServer(tls);
    }

    static WsServer answering(Script script) throws InterruptedException {
        WsServer server = start();
        server.script = script;
        return server;
    }

    @Override
    public void restart() throws InterruptedException {
        server = new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        server.setReuseAddr(true);
        if (tls != null) {
            server.setWebSocketFactory(new DefaultSSLWebSocketServerFactory(tls));
        }
        synchronized (journal) {
            stopped = false;
        }
        server.start();
        if (!server.started.await(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the server has not started");
        }
        port = server.getPort();
    }

    @Override
    public long written() {
        return written.get();
    }

    @Override
    public void stop() throws InterruptedException {
        synchronized (journal) {
            stopped = true;
            journal.notifyAll();
        }
        server.stop(10_000); // returns as soon as its thread has ended
    }

    @Override
    public String url() {
        return (tls == null ? "ws://127.0.0.1:" : "wss://127.0.0.1:") + port + "/feed";
    }

    @Override
    public void publish(List<String> messages) {
        synchronized (journal) {
            journal.addAll(messages);
            journal.notifyAll();
        }
    }

    private void write(WebSocket connection, int from) throws InterruptedException {
        int next = from;
        while (connection.isOpen()) {
            String data;
            synchronized (journal) {
                while (!stopped && connection.isOpen() && next >= journal.size()) {
                    journal.wait(100);
                }
                if (stopped || next >= journal.size()) {
                    return;
                }
                data = journal.get(next);
            }
            next++;
            while (connection.isOpen() && ((WebSocketImpl) connection).outQueue.size() > MOST_WAITING) {
                Thread.sleep(1); // it would queue without end
            }
            if (connection.isOpen()) {
                connection.send(plain ? data : next + ":" + data);
                written.incrementAndGet();
            }
        }
    }

    @Override
    public void close() throws InterruptedException {
        stop();
    }

    /** The server, with a thread for each connection that says something. */
    private final class Server extends WebSocketServer {
        final CountDownLatch started = new CountDownLatch(1);
        private final ConcurrentHashMap<WebSocket, Thread> senders = new ConcurrentHashMap<>();

        Server(InetSocketAddress address) {
            super(address);
            setDaemon(true);
        }

        @Override
        public void onStart() {
            started.countDown();
        }

        @Override
        public void onOpen(WebSocket connection, ClientHandshake handshake) {
            handshakes.add(handshake);
            Script instead = script;
            if (instead != null) {
                run(connection, () -> instead.run(connection));
            }
        }

        @Override
        public void onMessage(WebSocket connection, String message) {
            said.add(message);
            if (script == null && message.equals("subscribe")) {
                run(connection, () -> write(connection, 0));
            } else if (script == null && message.startsWith("after ")) {
                run(connection, () -> write(connection, Integer.parseInt(message.substring("after ".length()))));
            }
        }

        private void run(WebSocket connection, Task task) {
            Thread thread = new Thread(() -> {
                try {
                    task.run();
                } catch (Exception e) {
                    connection.close(1011, String.valueOf(e.getMessage()));
                }
            });
            thread.setDaemon(true);
            senders.put(connection, thread);
            thread.start();
        }

        @Override
        public void onWebsocketPing(WebSocket connection, Framedata frame) {
            pings.incrementAndGet();
            super.onWebsocketPing(connection, frame);
        }

        @Override
        public void onClose(WebSocket connection, int code, String reason, boolean remote) {
            Thread sender = senders.remove(connection);
            if (sender != null) {
                sender.interrupt();
            }
        }

        @Override
        public void onError(WebSocket connection, Exception e) {
            // a client that is gone, as tests have it
        }
    }

    private interface Task {
        void run() throws Exception;
    }
}
