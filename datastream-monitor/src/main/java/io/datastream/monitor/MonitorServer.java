package io.datastream.monitor;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.datastream.runtime.PipelineController;
import io.datastream.secret.Tls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A monitor that listens and answers, until it is closed. Its threads do not keep the JVM running. Safe for use by several
 * threads.
 */
public final class MonitorServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MonitorServer.class);

    /** Many, since whoever sends slowly keeps one for as long as a request may take, and health checks must not wait for them. */
    private static final int THREADS = 32;

    /** Requests that wait for a thread; further ones are cut off. */
    private static final int WAITING = 128;

    /** How long a request may take to come in and its answer to go out. */
    private static final long REQUEST_MILLIS = 5_000;

    /** How long a client that follows may take to read a frame. */
    private static final long FRAME_MILLIS = 15_000;

    /** The time from one look at the pipelines to the next. */
    private static final long LOOK_MILLIS = 1_000;

    private final Map<String, Watched> pipelines = new ConcurrentSkipListMap<>();
    private final Deadlines deadlines = new Deadlines();
    private final ResourceMeter resources = new ResourceMeter();
    private final Followers followers;
    private final Access access;
    private final HttpServer server;
    private final ThreadPoolExecutor threads;
    private final Thread clock = daemon(this::lookAgainAndAgain, "datastream-monitor-clock");
    private final CountDownLatch closed = new CountDownLatch(1);
    private final URI uri;

    /** Requests for threads that wait for one. Only where none does, a further thread is made: that costs more than many answers. */
    private static final class Requests extends LinkedTransferQueue<Runnable> {
        private static final long serialVersionUID = 1L;

        @Override
        public boolean offer(Runnable request) {
            return tryTransfer(request);
        }

        /** Lets a request wait when there are as many threads as there may be. */
        static void await(Runnable request, ThreadPoolExecutor threads) {
            if (threads.isShutdown() || threads.getQueue().size() >= WAITING) {
                throw new RejectedExecutionException("too many requests wait");
            }
            ((Requests) threads.getQueue()).put(request);
        }
    }

    private MonitorServer(Monitor monitor, InetAddress address, HttpServer server) {
        this.server = server;
        this.followers = new Followers(monitor.clients, deadlines, FRAME_MILLIS);
        monitor.controllers.forEach(this::add);
        this.access = new Access(monitor.token, monitor.tls != null, hosts(monitor.address, address));
        int port = server.getAddress().getPort();
        access.servedOn(port);
        this.uri = URI.create(
                (monitor.tls == null ? "http" : "https") + "://" + inUri(monitor.address) + ":" + port + "/");
        AtomicInteger number = new AtomicInteger();
        this.threads = new ThreadPoolExecutor(
                1,
                THREADS,
                30,
                TimeUnit.SECONDS,
                new Requests(),
                task -> daemon(task, "datastream-monitor-http-" + number.incrementAndGet()),
                Requests::await);
        threads.prestartCoreThread();
        server.createContext(
                "/",
                new Router(pipelines, resources, access, followers, new SeriesApi(monitor.series), monitor.alerts));
        server.setExecutor(task -> threads.execute(() -> inTime(task)));
    }

    static MonitorServer start(Monitor monitor, InetAddress address) {
        HttpServer server;
        try {
            InetSocketAddress socket = new InetSocketAddress(address, monitor.port);
            server = monitor.tls == null ? HttpServer.create(socket, 0) : secure(socket, monitor.tls);
        } catch (IOException e) {
            throw new MonitorException(
                    "address: " + monitor.address + ":" + monitor.port + " cannot be listened on: " + e.getMessage()
                            + " (expected: an address of this machine and a port that is free)",
                    e);
        }
        MonitorServer made;
        try {
            made = new MonitorServer(monitor, address, server);
        } catch (RuntimeException e) {
            server.stop(0);
            throw e;
        }
        made.listen();
        return made;
    }

    private static HttpsServer secure(InetSocketAddress socket, Tls tls) throws IOException {
        HttpsServer server = HttpsServer.create(socket, 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls.context()));
        return server;
    }

    /** Reads a request and answers it, unless the client takes too long for either. */
    private void inTime(Runnable task) {
        Deadlines.Deadline deadline = deadlines.start(REQUEST_MILLIS);
        try (deadline) {
            task.run();
        }
    }

    /** The server's own thread is a daemon as that which starts it, and must not keep the JVM running. */
    private void listen() {
        Thread starter = daemon(server::start, "datastream-monitor-start");
        starter.start();
        boolean interrupted = false;
        while (starter.isAlive()) {
            try {
                starter.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        clock.start();
        LOG.info("monitor of {} at {}", pipelines.keySet(), uri);
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    private static String inUri(String host) {
        return host.contains(":") ? "[" + host + "]" : host;
    }

    private static Set<String> hosts(String name, InetAddress address) {
        Set<String> hosts = new HashSet<>(Set.of("localhost", "127.0.0.1", "[::1]"));
        hosts.add(inUri(name).toLowerCase(Locale.ROOT));
        hosts.add(inUri(address.getHostAddress()));
        return hosts;
    }

    private void lookAgainAndAgain() {
        try {
            while (!closed.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // nobody here does that, so it is to end
        }
    }

    /** Looks at all pipelines, and tells those who follow them. Called by one thread. */
    private void look() {
        deadlines.look();
        endFollowers();
        resources.look();
        long heapUsed = resources.heapUsed();
        for (Watched watched : pipelines.values()) {
            try {
                watched.look(Instant.now(), System.nanoTime(), heapUsed);
                if (followers.any(watched.name())) {
                    followers.offer(watched.name(), Frame.of(watched.view(resources.read())));
                }
            } catch (RuntimeException e) { // the next look may succeed, and the others must go on
                LOG.warn("monitor: the status of pipeline {} cannot be read", watched.name(), e);
            }
        }
    }

    /** Cuts off those who follow by a token that is not the monitor's any more, or for too long. */
    private void endFollowers() {
        if (followers.count() == 0) {
            return;
        }
        try {
            followers.endUnless(access.open());
        } catch (RuntimeException e) { // the token cannot be read, so nobody has it
            LOG.warn("monitor: all that follow are cut off", e);
            followers.endUnless(session -> false);
        }
    }

    /**
     * Shows a further pipeline.
     *
     * @throws IllegalArgumentException if one of the same name is shown already
     */
    public void add(PipelineController controller) {
        Watched watched = new Watched(controller, resources.heapUsed());
        if (pipelines.putIfAbsent(controller.name(), watched) != null) {
            throw new IllegalArgumentException("pipeline: \"" + controller.name()
                    + "\" is shown already (expected: a name of its own, or remove(...) before)");
        }
    }

    /** Shows a pipeline no longer, and cuts off those who follow it. No effect if it is not shown. */
    public void remove(PipelineController controller) {
        if (pipelines.values().removeIf(watched -> watched.controller() == controller)) {
            followers.end(controller.name());
        }
    }

    /** The names of the pipelines that are shown. */
    public List<String> pipelines() {
        return List.copyOf(pipelines.keySet());
    }

    /** The address of the page, such as {@code http://127.0.0.1:8080/}. */
    public URI uri() {
        return uri;
    }

    /** The port that is listened on. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** How many pages follow now. */
    int followers() {
        return followers.count();
    }

    /** Stops listening and cuts all clients off. The pipelines go on. May be called often. */
    @Override
    public void close() {
        closed.countDown();
        followers.close();
        server.stop(0);
        threads.shutdownNow();
    }
}
