package io.datastream.testkit;

import io.datastream.processor.Emitter;
import io.datastream.time.Counted;
import io.datastream.time.Rolling;
import io.datastream.time.Session;
import io.datastream.time.Window;
import io.datastream.time.Windowed;
import io.datastream.time.Windows;
import java.util.ArrayList;
import java.util.List;

/** Windows of the model whose extent depends on the records: each keeps all records and computes anew. */
final class SimRules {
    private static final Trace AGGREGATION = new Trace();

    private SimRules() {}

    static SimFold.Rule of(Windows windows) {
        if (windows instanceof Session session) {
            return new Sessions(session);
        }
        return windows instanceof Counted counted ? new Counts(counted) : new Rollings((Rolling) windows);
    }

    private record Timed(long time, Num num) {}

    private static Num number(String key, long start, long end, Trace.Acc acc) {
        return SimStep.number(new Windowed<>(key, new Window(start, end), AGGREGATION.finish(acc)));
    }

    private static Trace.Acc fold(List<Timed> records) {
        Trace.Acc acc = AGGREGATION.create();
        records.forEach(record -> AGGREGATION.add(acc, record.time(), record.num()));
        return acc;
    }

    private static final class Sessions implements SimFold.Rule {
        private final long gap;
        private final long ends;
        private final List<Timed> open = new ArrayList<>();

        Sessions(Session session) {
            gap = session.gap().toNanos();
            ends = session.boundary() == Session.Boundary.INCLUSIVE ? gap + 1 : gap;
        }

        private long last() {
            return open.get(open.size() - 1).time();
        }

        @Override
        public void record(String key, long time, Num num, Emitter<Num> out) {
            open.add(new Timed(time, num));
        }

        @Override
        public long timer() {
            return open.isEmpty() ? Long.MAX_VALUE : last() + ends;
        }

        @Override
        public void fire(String key, long time, Emitter<Num> out) {
            long end = last() + gap;
            out.emit(end - 1, number(key, open.get(0).time(), end, fold(open)));
            open.clear();
        }
    }

    /** Records of which the oldest are taken away: those up to a flip are merged from the right, the rest from the left. */
    private abstract static class Queue implements SimFold.Rule {
        final List<Timed> all = new ArrayList<>();
        int oldest;
        private int flip;

        void removeOldest() {
            if (oldest == flip) {
                flip = all.size();
            }
            oldest++;
        }

        int size() {
            return all.size() - oldest;
        }

        Trace.Acc merged() {
            Trace.Acc result = AGGREGATION.create();
            Trace.Acc front = null;
            for (int i = flip - 1; i >= oldest; i--) {
                Trace.Acc one = fold(all.subList(i, i + 1));
                if (front != null) {
                    AGGREGATION.merge(one, front);
                }
                front = one;
            }
            if (front != null) {
                AGGREGATION.merge(result, front);
            }
            Trace.Acc back = AGGREGATION.create();
            for (int i = Math.max(flip, oldest); i < all.size(); i++) {
                AGGREGATION.merge(back, fold(all.subList(i, i + 1)));
            }
            AGGREGATION.merge(result, back);
            return result;
        }

        @Override
        public long timer() {
            return Long.MAX_VALUE;
        }

        @Override
        public void fire(String key, long time, Emitter<Num> out) {}
    }

    private static final class Counts extends Queue {
        private final Counted counted;

        Counts(Counted counted) {
            this.counted = counted;
        }

        @Override
        public void record(String key, long time, Num num, Emitter<Num> out) {
            all.add(new Timed(time, num));
            while (size() > counted.size()) {
                removeOldest();
            }
            int seen = all.size();
            if (seen >= counted.size() && (seen - counted.size()) % counted.step() == 0) {
                Trace.Acc acc = counted.step() == counted.size() ? fold(all.subList(oldest, seen)) : merged();
                out.emit(number(key, all.get(oldest).time(), time + 1, acc));
            }
        }
    }

    private static final class Rollings extends Queue {
        private final Rolling rolling;

        Rollings(Rolling rolling) {
            this.rolling = rolling;
        }

        @Override
        public void record(String key, long time, Num num, Emitter<Num> out) {
            boolean withRecord = rolling.closed() == Rolling.Closed.RIGHT || rolling.closed() == Rolling.Closed.BOTH;
            boolean withStart = rolling.closed() == Rolling.Closed.LEFT || rolling.closed() == Rolling.Closed.BOTH;
            if (withRecord) {
                all.add(new Timed(time, num));
            }
            if (rolling.count() > 0) {
                while (size() > rolling.count()) {
                    removeOldest();
                }
                out.emit(number(key, all.get(oldest).time(), time + 1, merged()));
                return;
            }
            long first = time - rolling.size().toNanos() + (withStart ? 0 : 1);
            while (size() > 0 && all.get(oldest).time() < first) {
                removeOldest();
            }
            out.emit(number(key, first, withRecord ? time + 1 : Math.max(first, time), merged()));
            if (!withRecord) {
                all.add(new Timed(time, num));
            }
        }
    }
}
