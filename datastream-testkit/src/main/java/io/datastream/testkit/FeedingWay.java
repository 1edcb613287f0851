package io.datastream.testkit;

import io.datastream.testkit.PipelineDriver.Commits;
import java.time.Duration;

/** A way of feeding records to a pipeline, and what is likely at fault if its results are not those of simpler ways. */
final class FeedingWay {
    /** When the watermark moves, besides what the records do. */
    enum Moves {
        /** After each record, to the next one. */
        EACH,
        /** After some records, to the next one. */
        SOME,
        /** Never. */
        NONE
    }

    private final String name;
    private final String blame;
    private boolean frees;
    private double roundTrips;
    private Moves moves = Moves.EACH;
    private long disorderNanos;
    private boolean shuffles;
    private int partitions = 1;
    private int shards = 1;
    private double commits;
    private double crashes;
    private Commits kind = Commits.CHANGES;

    private FeedingWay(String name, String blame) {
        this.name = name;
        this.blame = blame;
    }

    /** In order, on one partition, with the watermark moved after each record and all states kept. */
    static FeedingWay of(String name, String blame) {
        return new FeedingWay(name, blame);
    }

    private FeedingWay copy(String newName) {
        FeedingWay copy = new FeedingWay(newName, blame);
        copy.frees = frees;
        copy.roundTrips = roundTrips;
        copy.moves = moves;
        copy.disorderNanos = disorderNanos;
        copy.shuffles = shuffles;
        copy.partitions = partitions;
        copy.shards = shards;
        copy.commits = commits;
        copy.crashes = crashes;
        copy.kind = kind;
        return copy;
    }

    FeedingWay again() {
        return copy(name + ", a second time");
    }

    /** With states freed that are called empty. */
    FeedingWay freeing() {
        FeedingWay copy = copy(name);
        copy.frees = true;
        return copy;
    }

    /** With the state written and read before this share of the calls. */
    FeedingWay withRoundTrips(double share) {
        FeedingWay copy = copy(name);
        copy.roundTrips = share;
        return copy;
    }

    /** With other moves of the watermark. */
    FeedingWay withMoves(Moves changed) {
        FeedingWay copy = copy(name);
        copy.moves = changed;
        return copy;
    }

    /** With records in order of time from a source that declares a bound, which holds its own watermark back. */
    FeedingWay withBound(long nanos) {
        FeedingWay copy = copy(name);
        copy.disorderNanos = nanos;
        return copy;
    }

    /** With records out of order within the bound that the source declares. */
    FeedingWay withDisorder(long nanos) {
        FeedingWay copy = withBound(nanos);
        copy.shuffles = true;
        return copy;
    }

    /** With this many partitions and tasks; with no tasks, the step runs in the tasks of the partitions. */
    FeedingWay over(int partitionCount, int shardCount) {
        FeedingWay copy = copy(name);
        copy.partitions = partitionCount;
        copy.shards = shardCount;
        return copy;
    }

    /** With commits and crashes after these shares of the records. */
    FeedingWay withCrashes(double commitShare, double crashShare, Commits commitKind) {
        FeedingWay copy = copy(name);
        copy.commits = commitShare;
        copy.crashes = crashShare;
        copy.kind = commitKind;
        return copy;
    }

    String blame() {
        return blame;
    }

    boolean frees() {
        return frees;
    }

    double roundTrips() {
        return roundTrips;
    }

    Moves moves() {
        return moves;
    }

    long disorderNanos() {
        return disorderNanos;
    }

    boolean shuffles() {
        return shuffles;
    }

    int partitions() {
        return partitions;
    }

    int shards() {
        return shards;
    }

    double commits() {
        return commits;
    }

    double crashes() {
        return crashes;
    }

    Commits kind() {
        return kind;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(name);
        if (shuffles && disorderNanos > 0) {
            text.append(", out of order by up to ").append(Duration.ofNanos(disorderNanos));
        }
        if (partitions > 1 || shards != 1) {
            text.append(", over ").append(partitions).append(" partitions and ");
            text.append(shards == 0 ? partitions : shards).append(" tasks");
        }
        if (crashes > 0) {
            text.append(", commits of ").append(kind);
        }
        return text.toString();
    }
}
