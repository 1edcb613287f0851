package io.datastream.soak;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/** What goes wrong, by seed. Used by one thread, which calls {@link #step()} often. */
final class Chaos {
    /** Kafka is asked for its owners, and for restarts, at most this often. */
    private static final long LOOK_EVERY = TimeUnit.MILLISECONDS.toNanos(500);

    /** Above the session timeout, and what it takes to restore. */
    private static final int UNDISTURBED = 10_000;

    /** How often each kind comes in a round of all. */
    enum Event {
        KILL(4),
        FREEZE_BRIEFLY(2),
        FREEZE_BEYOND_TIMEOUTS(1),
        RESTART(2),
        ONE_MORE(1),
        ONE_LESS(1),
        BROKER_KILL(1),
        BROKER_RESTART(1),
        BROKER_FREEZE(1);

        final int times;

        Event(int times) {
            this.times = times;
        }
    }

    private static final Set<Event> OF_BROKERS =
            EnumSet.of(Event.BROKER_KILL, Event.BROKER_RESTART, Event.BROKER_FREEZE);

    private record Later(long at, Runnable action) {}

    private final Brokers brokers;
    private final Workers workers;
    private final Input input;
    private final Monitor monitor;
    private final Groups groups;
    private final SplittableRandom random;
    private final Deck<Event> deck;
    private final Map<Event, Integer> counts = new EnumMap<>(Event.class);
    private final PriorityQueue<Later> later = new PriorityQueue<>(Comparator.comparingLong(Later::at));
    private final Set<Integer> reserved = new HashSet<>();
    private final int leastWorkers;
    private long next;
    private long lastLook;

    Chaos(Settings settings, Brokers brokers, Workers workers, Input input, Monitor monitor, Groups groups) {
        this.brokers = brokers;
        this.workers = workers;
        this.input = input;
        this.monitor = monitor;
        this.groups = groups;
        this.random = new SplittableRandom(settings.seed() + 1);
        this.leastWorkers = Math.max(1, settings.workers() - 1);
        List<Event> cards = new ArrayList<>();
        Arrays.stream(Event.values()).forEach(event -> {
            for (int i = 0; i < event.times; i++) {
                cards.add(event);
            }
        });
        this.deck = new Deck<>(cards, random.split());
        this.next = System.nanoTime();
    }

    int count(Event event) {
        return counts.getOrDefault(event, 0);
    }

    /** Does what is due. */
    void step() {
        followUp();
        long now = System.nanoTime();
        if (now > next) {
            Event event = deck.draw();
            happen(event);
            // after every other kill nothing else happens until the dead worker's partitions have moved
            int millis = event == Event.KILL && random.nextBoolean() ? UNDISTURBED : 2_000 + random.nextInt(4_000);
            next = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        }
    }

    /** Does what was begun, and looks who owns what. */
    void followUp() {
        long now = System.nanoTime();
        while (!later.isEmpty() && later.peek().at() <= now) {
            later.remove().action().run();
        }
        if (now - lastLook > LOOK_EVERY) {
            lastLook = now;
            groups.look();
            workers.check();
        }
    }

    /** Ends what was begun: everything runs again. */
    void calm() {
        while (!later.isEmpty()) {
            later.remove().action().run();
        }
        brokers.awaitAll();
    }

    private void happen(Event event) {
        if (OF_BROKERS.contains(event) && !brokers.areAllThere()) {
            return; // with two of three away nothing could go on
        }
        List<Integer> active = workers.active();
        switch (event) {
            case KILL -> {
                if (active.isEmpty()) {
                    return;
                }
                int victim = any(active);
                groups.look();
                Set<Integer> partitions = groups.meters(workers.instance(victim));
                partitions.removeIf(input::isPaused);
                workers.kill(victim);
                monitor.killed(partitions);
                reserved.add(victim);
                after(random.nextInt(8_000), () -> {
                    reserved.remove(victim);
                    workers.start(victim);
                });
            }
            case FREEZE_BRIEFLY, FREEZE_BEYOND_TIMEOUTS -> {
                if (active.isEmpty()) {
                    return;
                }
                int victim = any(active);
                workers.freeze(victim);
                groups.meters(workers.instance(victim)).forEach(monitor::disturbed);
                int millis =
                        event == Event.FREEZE_BRIEFLY ? 300 + random.nextInt(2_700) : 8_000 + random.nextInt(8_000);
                after(millis, () -> workers.thaw(victim));
            }
            case RESTART -> {
                if (active.isEmpty()) {
                    return;
                }
                int victim = any(active);
                workers.stop(victim);
                workers.start(victim);
            }
            case ONE_MORE -> {
                List<Integer> empty = new ArrayList<>(workers.empty());
                empty.removeAll(reserved);
                if (empty.isEmpty()) {
                    return;
                }
                workers.start(empty.get(0));
            }
            case ONE_LESS -> {
                if (active.isEmpty() || workers.running() <= leastWorkers) {
                    return;
                }
                workers.stop(any(active));
            }
            case BROKER_KILL -> brokerAway(brokers::kill, 4_000);
            case BROKER_RESTART -> brokerAway(brokers::stop, 2_000);
            case BROKER_FREEZE -> {
                int millis = 500 + random.nextInt(random.nextBoolean() ? 2_000 : 12_000);
                withoutInput(() -> brokers.freeze(anyBroker(), millis));
            }
        }
        counts.merge(event, 1, Integer::sum);
    }

    /**
     * The input waits at a moment when everything is acknowledged: what is written late because nobody leads its partition
     * would be late by the clock. The workers are in the middle of it.
     */
    private void withoutInput(Runnable action) {
        input.hold();
        try {
            monitor.disturbed();
            action.run();
        } finally {
            monitor.disturbed();
            input.go();
        }
    }

    /** One broker goes, and comes back later: if others take over, while the work goes on without it. */
    private void brokerAway(IntConsumer leave, int millis) {
        int victim = anyBroker();
        int away = random.nextInt(millis);
        withoutInput(() -> {
            leave.accept(victim);
            if (!brokers.areReplaced()) {
                pause(away);
                brokers.awaitAll();
            }
        });
        after(away, brokers::comeBack);
    }

    private int anyBroker() {
        return 1 + random.nextInt(brokers.size());
    }

    private int any(List<Integer> places) {
        return places.get(random.nextInt(places.size()));
    }

    private void after(int millis, Runnable action) {
        later.add(new Later(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis), action));
    }

    private static void pause(int millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }
}
