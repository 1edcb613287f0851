package io.datastream.monitor;

import com.sun.net.httpserver.HttpExchange;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The clients that follow pipelines, at most so many. */
final class Followers {
    private final int most;
    private final Deadlines deadlines;
    private final long frameMillis;
    private final Set<Follower> all = ConcurrentHashMap.newKeySet();
    private final AtomicInteger count = new AtomicInteger();
    private volatile boolean closed;

    Followers(int most, Deadlines deadlines, long frameMillis) {
        this.most = most;
        this.deadlines = deadlines;
        this.frameMillis = frameMillis;
    }

    /**
     * Lets a client follow a pipeline, from this frame on. Returns false if there are too many.
     *
     * @param session for which it may; null if it needs none
     */
    boolean add(String pipeline, Access.@Nullable Session session, HttpExchange exchange, byte[] first) {
        if (closed || count.incrementAndGet() > most) {
            count.decrementAndGet();
            return false;
        }
        Follower follower = new Follower(pipeline, session, exchange, deadlines, frameMillis, this::remove);
        all.add(follower);
        follower.offer(first);
        follower.start();
        return true;
    }

    private void remove(Follower follower) {
        if (all.remove(follower)) {
            count.decrementAndGet();
        }
    }

    /** Whether anybody follows the pipeline. */
    boolean any(String pipeline) {
        for (Follower follower : all) {
            if (follower.pipeline().equals(pipeline)) {
                return true;
            }
        }
        return false;
    }

    /** Hands a frame to all who follow the pipeline. Never waits. */
    void offer(String pipeline, byte[] frame) {
        for (Follower follower : all) {
            if (follower.pipeline().equals(pipeline)) {
                follower.offer(frame);
            }
        }
    }

    /** Cuts off all who follow in a session. */
    void end(Access.Session session) {
        for (Follower follower : all) {
            if (follower.session() == session) {
                follower.end();
            }
        }
    }

    /** Cuts off all who follow a pipeline. */
    void end(String pipeline) {
        for (Follower follower : all) {
            if (follower.pipeline().equals(pipeline)) {
                follower.end();
            }
        }
    }

    /** Cuts off those whose session is over. */
    void endUnless(Predicate<Access.Session> isOpen) {
        for (Follower follower : all) {
            Access.Session session = follower.session();
            if (session != null && !isOpen.test(session)) {
                follower.end();
            }
        }
    }

    int count() {
        return count.get();
    }

    void close() {
        closed = true;
        all.forEach(Follower::end);
    }
}
