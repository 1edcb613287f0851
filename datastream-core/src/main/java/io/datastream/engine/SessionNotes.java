package io.datastream.engine;

import io.datastream.function.Condition;
import io.datastream.time.Windowed;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Notes which records make the open session of each key, and writes it to the journal when it closes. */
final class SessionNotes {
    private final WindowJournal journal;
    private final @Nullable Condition<Object> filled;
    private final KeyedTask task;
    private final Map<Object, Open> open = new HashMap<>();

    private static final class Open {
        final WindowNotes notes = new WindowNotes();

        /** In ascending order, as the places in the notes. */
        int[] origins = new int[0];

        int place(int origin) {
            int at = Arrays.binarySearch(origins, origin);
            if (at >= 0) {
                return at;
            }
            int insert = -1 - at;
            int[] more = Arrays.copyOf(origins, origins.length + 1);
            System.arraycopy(origins, insert, more, insert + 1, origins.length - insert);
            more[insert] = origin;
            origins = more;
            notes.insert(insert);
            return insert;
        }
    }

    SessionNotes(WindowJournal journal, @Nullable Condition<Object> filled, KeyedTask task) {
        this.journal = journal;
        this.filled = filled;
        this.task = task;
    }

    /** A record was used. */
    void add(Slot slot, Object value) {
        Open session = of(slot);
        session.notes.add(session.place(task.origin()), task.offset(), journal.isFilled(filled, value));
    }

    private Open of(Slot slot) {
        return open.computeIfAbsent(slot.key, any -> new Open());
    }

    /** A record has failed. */
    void failed(Slot slot, long time) {
        journal.failed(slot.key, time, time + 1, task.origin(), task.offset());
    }

    /** A record came too late. */
    void late(Slot slot, long time, long watermark) {
        journal.late(slot.key, time, time + 1, task.origin(), task.offset(), watermark);
    }

    /** A session that was open at a commit is open again. */
    void restored(Slot slot) {
        of(slot).notes.isRestored = true;
    }

    /** All such sessions are open again. */
    void restored(long own, long seen) {
        journal.restored(task.closing(), own, seen);
    }

    /** What follows the step, after the journal. */
    Op before(Op next) {
        return new Op() {
            @Override
            void process(long time, @Nullable Object key, Object value) {
                if (key instanceof Slot slot && value instanceof Windowed<?, ?> session) {
                    closed(slot, session.window().startNanos(), session.window().endNanos());
                }
                next.process(time, key, value);
            }
        };
    }

    private void closed(Slot slot, long start, long end) {
        Open session = of(slot);
        open.remove(slot.key);
        if (session.origins.length == 0) {
            journal.takenBack(slot.key, start, end); // nothing came since the restart
        } else {
            journal.sealed(slot.key, start, end, session.origins, session.notes);
        }
        journal.close(task.closing().at(end));
    }
}
