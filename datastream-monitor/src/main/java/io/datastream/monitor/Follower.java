package io.datastream.monitor;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client that follows a pipeline by server-sent events, with a thread of its own. One frame waits for it at most: a newer
 * one takes its place, so a client that reads slowly skips some. One that reads nothing for a while is cut off.
 */
final class Follower implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

    /** How often something is sent when there is nothing new, so that both sides learn that the other is gone. */
    private static final long SIGN_OF_LIFE_MILLIS = 15_000;

    private final String pipeline;
    private final Access.@Nullable Session session;
    private final HttpExchange exchange;
    private final Deadlines deadlines;
    private final long frameMillis;
    private final Consumer<Follower> ended;
    private final Thread thread;
    private byte @Nullable [] next;
    private boolean isEnded;

    Follower(
            String pipeline,
            Access.@Nullable Session session,
            HttpExchange exchange,
            Deadlines deadlines,
            long frameMillis,
            Consumer<Follower> ended) {
        this.pipeline = pipeline;
        this.session = session;
        this.exchange = exchange;
        this.deadlines = deadlines;
        this.frameMillis = frameMillis;
        this.ended = ended;
        this.thread = new Thread(this, "datastream-monitor-follower");
        this.thread.setDaemon(true);
    }

    String pipeline() {
        return pipeline;
    }

    Access.@Nullable Session session() {
        return session;
    }

    void start() {
        thread.start();
    }

    synchronized void offer(byte[] frame) {
        next = frame;
        notifyAll();
    }

    void end() {
        synchronized (this) {
            isEnded = true;
            notifyAll();
        }
        thread.interrupt();
    }

    @Override
    public void run() {
        try (exchange) {
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            byte[] frame = take();
            while (frame != null) {
                Deadlines.Deadline deadline = deadlines.start(frameMillis);
                try (deadline) {
                    out.write(frame);
                    out.flush();
                }
                frame = take();
            }
        } catch (IOException e) {
            LOG.debug("a client that followed pipeline {} is gone", pipeline, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // it is to end
        } finally {
            ended.accept(this);
        }
    }

    /** The next frame, or a sign of life; null if it is to end. */
    private synchronized byte @Nullable [] take() throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SIGN_OF_LIFE_MILLIS);
        while (next == null && !isEnded) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                return ":\n\n".getBytes(StandardCharsets.US_ASCII);
            }
            wait(left);
        }
        byte[] frame = isEnded ? null : next;
        next = null;
        return frame;
    }
}
