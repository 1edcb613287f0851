package io.datastream.testkit;

import io.datastream.Pipeline;
import io.datastream.testkit.PipelineDriver.Result;
import io.datastream.testkit.VerifierSubject.Emission;
import io.datastream.testkit.VerifierSubject.Fed;
import io.datastream.time.EventTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/** Feeds records to a pipeline in one way. */
final class Feeder {
    private final FeedingWay way;
    private final List<Fed> arrivals;
    private final Random random;
    private final Map<Object, Integer> partitions = new HashMap<>();

    /** Records of a key at the same time stay in order, and in one partition: their order counts. */
    private record Group(Object key, long time) {}

    private record Place(long time, long tie) {}

    /**
     * A feeder.
     *
     * @param records in order of time, unless nothing in the way of feeding depends on it
     */
    Feeder(FeedingWay way, List<Fed> records, Random random) {
        this.way = way;
        this.random = random;
        this.arrivals = way.shuffles() ? shuffle(records) : records;
    }

    /**
     * Puts the records out of order: each arrives as if delayed by up to the bound. When one arrives, none that is more
     * than the bound after it can have arrived.
     */
    private List<Fed> shuffle(List<Fed> records) {
        Map<Group, Place> places = new HashMap<>();
        for (Fed fed : records) {
            places.computeIfAbsent(
                    new Group(fed.key(), fed.time()),
                    any -> new Place(EventTime.plus(fed.time(), delay()), random.nextLong()));
        }
        List<Fed> shuffled = new ArrayList<>(records);
        Comparator<Fed> order = Comparator.comparing(
                fed -> places.get(new Group(fed.key(), fed.time())),
                Comparator.comparingLong(Place::time).thenComparingLong(Place::tie));
        shuffled.sort(order);
        return shuffled;
    }

    private long delay() {
        long bound = way.disorderNanos();
        return bound == Long.MAX_VALUE ? random.nextLong() >>> 1 : (long) (random.nextDouble() * (bound + 1.0));
    }

    /**
     * Feeds all records, and ends the input.
     *
     * @param pushed which records are pushed; of the others only the time counts, for the watermark
     */
    List<Result<Emission>> feed(Pipeline pipeline, TestSink<Emission> sink, Predicate<Fed> pushed) {
        try (PipelineDriver driver = PipelineDriver.of(pipeline)
                .withPartitions(VerifierSubject.SOURCE, way.partitions())
                .withShards(Math.max(1, way.shards()))
                .withCommits(way.kind())) {
            long[] next = earliestAfter();
            int batch = 1 + random.nextInt(20);
            for (int i = 0; i < arrivals.size(); i++) {
                Fed fed = arrivals.get(i);
                if (pushed.test(fed)) {
                    driver.push(VerifierSubject.SOURCE, partition(fed), fed);
                } else {
                    driver.advanceTo(EventTime.instant(fed.time()));
                }
                move(driver, next[i], batch);
                commitAndCrash(driver);
            }
            end(driver);
            commitAndCrash(driver);
            if (!driver.lates().isEmpty()) {
                throw new IllegalStateException(
                        "late: " + driver.lates().get(0) + " (expected: none; the verifier fed it in a wrong order)");
            }
            return driver.results(sink);
        }
    }

    private int partition(Fed fed) {
        Object group = way.shards() == 0 ? fed.key() : new Group(fed.key(), fed.time());
        return partitions.computeIfAbsent(group, any -> random.nextInt(way.partitions()));
    }

    /** For each record the earliest time of those that arrive after it; after the last, just after it. */
    private long[] earliestAfter() {
        long[] earliest = new long[arrivals.size()];
        long time = arrivals.stream().mapToLong(Fed::time).max().orElse(0) + 1;
        for (int i = earliest.length - 1; i >= 0; i--) {
            earliest[i] = time;
            time = Math.min(time, arrivals.get(i).time());
        }
        return earliest;
    }

    private void move(PipelineDriver driver, long time, int batch) {
        switch (way.moves()) {
            case EACH -> driver.advanceTo(EventTime.instant(time));
            case SOME -> {
                if (random.nextInt(batch) == 0) {
                    if (random.nextBoolean()) {
                        driver.advanceTo(EventTime.instant(time));
                    } else {
                        int partition = random.nextInt(way.partitions());
                        driver.advanceTo(VerifierSubject.SOURCE, partition, EventTime.instant(time));
                    }
                }
            }
            case NONE -> {}
        }
    }

    private void commitAndCrash(PipelineDriver driver) {
        if (random.nextDouble() < way.commits()) {
            driver.commit();
        }
        if (random.nextDouble() < way.crashes()) {
            driver.crash();
        }
    }

    private void end(PipelineDriver driver) {
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, way.partitions()).boxed().toList());
        Collections.shuffle(order, random);
        order.forEach(partition -> driver.endOfInput(VerifierSubject.SOURCE, partition));
    }
}
