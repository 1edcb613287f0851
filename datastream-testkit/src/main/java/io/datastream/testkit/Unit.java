package io.datastream.testkit;

import io.datastream.engine.StableHash;
import io.datastream.engine.TaskOutput;
import io.datastream.error.DeadLetter;
import io.datastream.error.Late;
import io.datastream.plan.Node.KeyNode;
import io.datastream.plan.Node.SinkNode;
import io.datastream.plan.Stage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToLongFunction;

/** What commits and crashes as one: a source partition with the tasks it feeds directly, or a keyed task. */
abstract class Unit {
    final Rig rig;

    /** What has left since the last commit. */
    final Outcome pending = new Outcome();

    /** Frames that have not been committed, where readers must not see them before. */
    private final List<Sent> outbox = new ArrayList<>();

    /** Whether rows are read again: then none leaves. */
    boolean replaying;

    private record Sent(ExchangeLog log, Frame frame) {}

    Unit(Rig rig) {
        this.rig = rig;
    }

    /** Gives rows and watermarks to the exchanges. */
    abstract void flush();

    abstract void save();

    abstract void restore();

    abstract void close();

    /** Makes permanent what has been done since the last commit. */
    final void commit() {
        flush();
        save();
        outbox.forEach(sent -> sent.log().add(sent.frame()));
        outbox.clear();
        rig.committed.addAll(pending);
        pending.clear();
    }

    /** Forgets what has been done since the last commit, and goes on from there. */
    final void crash() {
        outbox.clear();
        pending.clear();
        close();
        restore();
    }

    /** Whether nothing has left since the last commit. */
    final boolean isCommitted() {
        return outbox.isEmpty()
                && pending.results.isEmpty()
                && pending.lates.isEmpty()
                && pending.deadLetters.isEmpty();
    }

    final void send(ExchangeLog log, Frame frame) {
        if (rig.options.together()) {
            log.add(frame);
        } else {
            outbox.add(new Sent(log, frame));
        }
    }

    /** The output of one task of the unit. */
    final class Output implements TaskOutput {
        private final int origin;
        private final Map<Stage, List<List<Row>>> rows = new LinkedHashMap<>();
        private final Map<Stage, Long> sent = new HashMap<>();
        private final Map<Stage, RowTarget[]> direct;

        /** Rows for the stages in the map go to these targets, by port; all others through an exchange. */
        Output(int origin, Map<Stage, RowTarget[]> direct) {
            this.origin = origin;
            this.direct = direct;
        }

        @Override
        public ResultTarget openSink(SinkNode sink) {
            return (time, key, value) -> pending.results.add(new Outcome.Result(rig.number(), sink, time, key, value));
        }

        @Override
        public RowTarget openExchange(Stage target, int port) {
            RowTarget[] targets = direct.get(target);
            if (targets != null) {
                return targets[port];
            }
            int shards = rig.tasks(target);
            List<List<Row>> buffers = rows.computeIfAbsent(target, any -> {
                List<List<Row>> lists = new ArrayList<>();
                for (int i = 0; i < shards; i++) {
                    lists.add(new ArrayList<>());
                }
                return lists;
            });
            KeyNode key = target.key();
            if (key == null) {
                throw new IllegalStateException(target + " has no key");
            }
            return (rowOrigin, offset, time, behind, rowKey, value) -> {
                if (!replaying) {
                    buffers.get(StableHash.shard(rowKey, key.codec(), shards))
                            .add(new Row(port, rowOrigin, offset, time, behind, rowKey, value));
                }
            };
        }

        @Override
        public void deadLetter(DeadLetter letter) {
            pending.deadLetters.add(new Outcome.Dead(rig.number(), letter));
        }

        @Override
        public void late(Late<?> late) {
            pending.lates.add(new Outcome.LateOne(rig.number(), late));
        }

        @Override
        public void backOff(Duration pause) {
            rig.backOffs.add(pause);
        }

        void flush(ToLongFunction<Stage> watermark) {
            rows.forEach((target, shards) -> {
                long now = watermark.applyAsLong(target);
                boolean moved = !Objects.equals(sent.put(target, now), now);
                for (int i = 0; i < shards.size(); i++) {
                    List<Row> taken = List.copyOf(shards.get(i));
                    shards.get(i).clear();
                    if (!taken.isEmpty() || moved && rig.log(target, i).watermark(origin) < now) {
                        send(rig.log(target, i), new Frame(taken, origin, now));
                    }
                }
            });
        }
    }
}
