package io.datastream.alerts;

import io.datastream.alert.AlertChannel;
import io.datastream.alert.DeliveryException;
import io.datastream.alert.Notice;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A channel into a list, which may be away, refuse, or be slow, as a test says. */
final class Collector implements AlertChannel {
    /** What is done before a notice is taken. */
    interface Script {
        void before(Notice notice) throws InterruptedException;
    }

    final List<Notice> taken = new CopyOnWriteArrayList<>();
    final AtomicInteger tries = new AtomicInteger();
    volatile Script script = notice -> {};

    private final String name;

    Collector() {
        this("list");
    }

    Collector(String name) {
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void deliver(Notice notice) throws InterruptedException {
        tries.incrementAndGet();
        script.before(notice);
        taken.add(notice);
    }

    /** Is away for this many tries. */
    void awayFor(int many) {
        int until = tries.get() + many;
        script = notice -> {
            if (tries.get() <= until) {
                throw DeliveryException.retryable("away", null);
            }
        };
    }

    List<String> series() {
        return taken.stream()
                .flatMap(notice -> notice.alerts().stream())
                .map(alert -> alert.series() + " " + alert.state())
                .toList();
    }
}
