package io.datastream.soak;

import io.datastream.testkit.ChildJvm;
import io.datastream.testkit.ChildJvm.Signal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The worker JVMs, each in a place of its own, which outlives them. Used by one thread. */
final class Workers implements AutoCloseable {
    private static final Duration STOP_LIMIT = Duration.ofMinutes(3);

    private final Settings settings;
    private final String bootstrapServers;
    private final String jdbcUrl;
    private final List<Place> places = new ArrayList<>();

    /** Where a worker runs, or ran, or will run again. */
    private final class Place {
        final int number;
        final Path log;
        int starts;
        boolean frozen;

        @Nullable
        ChildJvm jvm;

        Place(int number) {
            this.number = number;
            this.log = settings.folder().resolve("worker-" + number + ".log");
        }

        /** Every other place has an instance that comes back under its name; in the others each start is a new one. */
        String instance() {
            return "w" + number + (number % 2 == 0 ? "" : "." + starts);
        }
    }

    Workers(Settings settings, String bootstrapServers, String jdbcUrl) {
        this.settings = settings;
        this.bootstrapServers = bootstrapServers;
        this.jdbcUrl = jdbcUrl;
        for (int i = 0; i < settings.workers() + 2; i++) {
            places.add(new Place(i));
        }
    }

    /** The places where a worker runs that is not frozen. */
    List<Integer> active() {
        return IntStream.range(0, places.size())
                .filter(i -> places.get(i).jvm != null && !places.get(i).frozen)
                .boxed()
                .toList();
    }

    /** The places without a worker. */
    List<Integer> empty() {
        return IntStream.range(0, places.size())
                .filter(i -> places.get(i).jvm == null)
                .boxed()
                .toList();
    }

    /** How many run, frozen or not. */
    int running() {
        return places.size() - empty().size();
    }

    /** The name of the worker there, as the group's members begin. */
    String instance(int place) {
        return places.get(place).instance();
    }

    void start(int number) {
        Place place = places.get(number);
        place.starts++;
        place.jvm = ChildJvm.of(Worker.class)
                .withArguments(
                        bootstrapServers, place.instance(), settings.protocol().name(), jdbcUrl)
                .withJvmOptions("-Xmx192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
                .withOutput(place.log)
                .start();
    }

    /** Waits until a worker has started its pipelines. */
    void awaitStarted(int number, Duration limit) {
        jvm(number).awaitOutput(Worker.STARTED, limit);
    }

    void kill(int number) {
        ChildJvm jvm = jvm(number);
        places.get(number).jvm = null;
        jvm.close();
    }

    void freeze(int number) {
        jvm(number).signal(Signal.STOP);
        places.get(number).frozen = true;
    }

    void thaw(int number) {
        jvm(number).signal(Signal.CONT);
        places.get(number).frozen = false;
    }

    /** Asks a worker to end, and waits until it has: it must have committed and left. */
    void stop(int number) {
        ChildJvm jvm = jvm(number);
        places.get(number).jvm = null;
        jvm.signal(Signal.TERM);
        try {
            int unused = jvm.awaitExit(STOP_LIMIT);
            String output = jvm.output();
            if (output.contains(Worker.STARTED) && !output.contains(Worker.STOPPED)) {
                throw new SoakException("worker " + number + " did not end in order; see " + places.get(number).log);
            }
        } catch (AssertionError e) {
            throw new SoakException("worker " + number + ": " + e.getMessage(), e);
        } finally {
            jvm.close();
        }
    }

    /** Asks all workers to end, after all that are frozen go on, and waits until they have. */
    void stopAll() {
        for (Place place : places) {
            if (place.frozen) {
                thaw(place.number);
            }
        }
        for (Place place : places) {
            if (place.jvm != null) {
                stop(place.number);
            }
        }
    }

    /** Fails if a worker has ended by itself. */
    void check() {
        for (Place place : places) {
            if (place.jvm != null && !place.jvm.isAlive()) {
                String output = place.jvm.output();
                throw new SoakException("worker " + place.number + " ended by itself; see " + place.log + ":\n"
                        + output.substring(Math.max(0, output.length() - 4_000)));
            }
        }
    }

    /** How often pipelines went on after a failure, by what their workers printed. */
    int restarts() {
        int restarts = 0;
        try {
            for (Place place : places) {
                if (Files.exists(place.log)) {
                    restarts += (int) Files.readAllLines(place.log).stream()
                            .filter(line -> line.startsWith(Worker.RESTARTED))
                            .count();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("logs of workers: " + e.getMessage(), e);
        }
        return restarts;
    }

    private ChildJvm jvm(int number) {
        ChildJvm jvm = places.get(number).jvm;
        if (jvm == null) {
            throw new IllegalStateException("worker " + number + " does not run (expected: one that does)");
        }
        return jvm;
    }

    @Override
    public void close() {
        for (Place place : places) {
            if (place.jvm != null) {
                place.jvm.close();
            }
        }
    }
}
