package io.datastream.testkit;

import io.datastream.time.EventTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A processor under test, and the ways of feeding it that must agree. */
abstract class VerifierSubject<T> {
    static final String SOURCE = "records";

    /** A record on its way to the processor. */
    record Fed(int number, Object key, long time, Object value) {}

    /**
     * A result on its way to the sink.
     *
     * @param group results of one group are compared in order: a key, or the number of a value
     * @param side the name of the side output; null for the main one
     * @param frozen what the value was when it was given out
     */
    record Emission(
            Object group, @Nullable String side, @Nullable Object value, Snapshot frozen) {}

    /** A result as it is compared. */
    record Got(long time, @Nullable String side, Snapshot value) {
        @Override
        public String toString() {
            return "at " + EventTime.describe(time) + (side == null ? "" : " on side output " + side) + ": " + value;
        }
    }

    abstract void checkInput(List<T> items);

    /** Runs one round; the number of results of one run. */
    abstract long verify(List<T> items, long seed);

    /** A group of results for people, such as {@code key a}. */
    abstract String describe(Object group);

    static AssertionError in(FeedingWay way, Throwable failure) {
        String message = failure instanceof AssertionError ? failure.getMessage() : failure.toString();
        return new AssertionError("fed " + way + ": " + message, failure);
    }

    /** The results by group, after a check that none has changed since it was given out. */
    final void collect(List<PipelineDriver.Result<Emission>> results, Map<Object, List<Got>> into, boolean withTimes) {
        for (PipelineDriver.Result<Emission> result : results) {
            Emission emission = result.value();
            List<Got> list = into.computeIfAbsent(emission.group(), any -> new ArrayList<>());
            Snapshot now = Snapshot.of(emission.value());
            if (!now.equals(emission.frozen())) {
                throw new AssertionError(describe(emission.group()) + ", result " + list.size()
                        + ": changed after it was given out\n  given out: " + emission.frozen() + "\n  later:     "
                        + now
                        + "\n  (expected: a value of its own, not one that the state goes on changing)");
            }
            list.add(new Got(withTimes ? result.timeNanos() : 0, emission.side(), emission.frozen()));
        }
    }

    final void checkUnchanged(List<Fed> records, List<Snapshot> before) {
        for (int i = 0; i < before.size(); i++) {
            Snapshot now = Snapshot.of(records.get(i).value());
            if (!now.equals(before.get(i))) {
                throw new AssertionError(describe(records.get(i).key()) + ": the record at "
                        + EventTime.describe(records.get(i).time()) + " was changed by the processor\n  before: "
                        + before.get(i) + "\n  after:  " + now + "\n  (expected: records stay as they are)");
            }
        }
    }

    static List<Snapshot> snapshots(List<Fed> records) {
        return records.stream().map(fed -> Snapshot.of(fed.value())).toList();
    }

    /** Compares the results of each group; the groups in the order in which they first come up. */
    final void compare(
            FeedingWay reference, Map<Object, List<Got>> expected, Map<Object, List<Got>> actual, String blame) {
        Map<Object, List<Got>> groups = new LinkedHashMap<>(expected);
        actual.forEach(groups::putIfAbsent);
        for (Object group : groups.keySet()) {
            List<Got> wanted = expected.getOrDefault(group, List.of());
            List<Got> given = actual.getOrDefault(group, List.of());
            int at = 0;
            while (at < wanted.size() && at < given.size() && wanted.get(at).equals(given.get(at))) {
                at++;
            }
            if (at < wanted.size() || at < given.size()) {
                throw new AssertionError(describe(group) + ": result " + at + " is not that of feeding " + reference
                        + "\n  expected " + (at < wanted.size() ? wanted.get(at) : "none") + "\n  actual   "
                        + (at < given.size() ? given.get(at) : "none") + "\n  (" + wanted.size() + " results expected, "
                        + given.size() + " given; likely: " + blame + ")");
            }
        }
    }

    static long count(Map<Object, List<Got>> results) {
        return results.values().stream().mapToLong(List::size).sum();
    }
}
