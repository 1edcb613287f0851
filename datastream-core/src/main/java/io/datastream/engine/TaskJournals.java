package io.datastream.engine;

import io.datastream.plan.Explained;
import io.datastream.time.EventTime;
import io.datastream.time.Windows;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/** What a task remembers for explanations: a journal for each step that has one, and the move of the watermark they are told of. */
final class TaskJournals {
    private final List<WindowJournal> all = new ArrayList<>();
    private WindowJournal.Close closing =
            new WindowJournal.Close(EventTime.MIN, EventTime.MIN, -1, false, EventTime.MIN);

    WindowJournal add(String step, Windows windows, Explained explained) {
        // slices of its own, because it is asked by other threads
        WindowJournal journal = new WindowJournal(step, Slices.ofAny(windows), explained.windows());
        all.add(journal);
        return journal;
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** May be asked by any thread. */
    List<WindowJournal> all() {
        return List.copyOf(all);
    }

    /** The move of the watermark that is under way, or was the last. */
    WindowJournal.Close closing() {
        return closing;
    }

    /** A move begins, or one from before is known again. */
    void begin(WindowJournal.Close move) {
        closing = move;
    }

    /** @param reached how far the windows of a step of this name have come by the move */
    void end(ToLongFunction<String> reached) {
        for (WindowJournal journal : all) {
            journal.advanced(closing, reached.applyAsLong(journal.step()));
        }
    }
}
