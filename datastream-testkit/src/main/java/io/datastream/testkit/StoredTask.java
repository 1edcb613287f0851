package io.datastream.testkit;

import io.datastream.engine.KeyedTask;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the commits of a keyed task have left: its state as a compacted map, its watermarks, and, where input is not read
 * again, the rows that wait in its sorter.
 */
final class StoredTask {
    private record EntryId(String step, ByteBuffer key, long part) {}

    private record WaitingRow(int target, int origin, long offset, long time, Object key, Object value) {}

    private final boolean incremental;
    private final boolean rewinds;
    private final Map<EntryId, byte[]> entries = new HashMap<>();
    private final List<WaitingRow> waiting = new ArrayList<>();
    private long watermark;
    private long @Nullable [] origins;

    StoredTask(boolean incremental, boolean rewinds) {
        this.incremental = incremental;
        this.rewinds = rewinds;
    }

    /** Takes a commit of the task. */
    void save(KeyedTask task) {
        if (incremental) {
            task.changes(this::entry);
        } else {
            entries.clear();
            task.entries(this::entry);
        }
        waiting.clear();
        if (!rewinds) {
            task.waiting((target, origin, offset, time, key, value) ->
                    waiting.add(new WaitingRow(target, origin, offset, time, key, value)));
        }
        watermark = task.watermark();
        int[] numbers = task.origins();
        long[] watermarks = new long[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            watermarks[i] = task.watermark(numbers[i]);
        }
        origins = watermarks;
    }

    private void entry(String step, byte[] key, long part, byte @Nullable [] value) {
        EntryId id = new EntryId(step, ByteBuffer.wrap(key.clone()), part);
        if (value == null) {
            entries.remove(id);
        } else {
            entries.put(id, value.clone());
        }
    }

    /** Brings a new task to where the last commit was, except for rows that are to be read again. */
    void restore(KeyedTask task) {
        if (origins == null) {
            return;
        }
        entries.forEach((id, value) -> task.restore(id.step(), id.key().array(), id.part(), value));
        task.restored(watermark, origins.clone());
        waiting.forEach(row ->
                task.restoreWaiting(row.target(), row.origin(), row.offset(), row.time(), row.key(), row.value()));
    }

    /** Entries of state. */
    int size() {
        return entries.size();
    }
}
