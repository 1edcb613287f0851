package io.datastream.testkit;

import io.datastream.error.DeadLetter;
import io.datastream.error.Late;
import io.datastream.plan.Node.SinkNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What has left a pipeline, each with its number in the order in which all of it left. */
final class Outcome {
    /** A result. */
    record Result(
            long number, SinkNode sink, long time, @Nullable Object key, Object value) {}

    /** A late record. */
    record LateOne(long number, Late<?> late) {}

    /** A dead letter. */
    record Dead(long number, DeadLetter letter) {}

    final List<Result> results = new ArrayList<>();
    final List<LateOne> lates = new ArrayList<>();
    final List<Dead> deadLetters = new ArrayList<>();

    void addAll(Outcome other) {
        results.addAll(other.results);
        lates.addAll(other.lates);
        deadLetters.addAll(other.deadLetters);
    }

    void clear() {
        results.clear();
        lates.clear();
        deadLetters.clear();
    }
}
