package io.datastream.runtime;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that a pipeline needs to go on from a moment at which nothing was on its way.
 *
 * @param feeds source partitions by name
 * @param tasks keyed tasks
 * @param sinks what sink writers keep, by step and worker
 */
record Checkpoint(Map<String, Feed> feeds, List<Task> tasks, Map<String, byte[]> sinks) {
    private static final int FORMAT = 1;

    /** A source partition. */
    record Feed(long position, long highestTime, boolean ended, long announced) {}

    /** A keyed task: its steps, its state, and the rows that wait. */
    record Task(
            List<String> steps,
            int number,
            long watermark,
            Map<String, Long> origins,
            List<Entry> entries,
            List<Row> waiting) {}

    /** An entry of state. */
    @SuppressWarnings("ArrayRecordComponent")
    record Entry(String step, byte[] key, long part, byte[] value) {}

    /** A row that waits in a sorter. */
    @SuppressWarnings("ArrayRecordComponent")
    record Row(int target, String origin, long offset, long time, byte[] key, byte[] value) {}

    static Checkpoint empty() {
        return new Checkpoint(new HashMap<>(), new ArrayList<>(), new HashMap<>());
    }

    /** The stored task of a number that had one of these steps. */
    @Nullable
    Task task(List<String> steps, int number) {
        for (Task task : tasks) {
            if (task.number() == number && task.steps().stream().anyMatch(steps::contains)) {
                return task;
            }
        }
        return null;
    }

    /** How many tasks are stored that had one of these steps. */
    long tasks(List<String> steps) {
        return tasks.stream()
                .filter(task -> task.steps().stream().anyMatch(steps::contains))
                .count();
    }

    void add(Checkpoint part) {
        feeds.putAll(part.feeds);
        tasks.addAll(part.tasks);
        sinks.putAll(part.sinks);
    }

    void write(DataOutputStream out) throws IOException {
        out.writeInt(FORMAT);
        out.writeInt(feeds.size());
        for (Map.Entry<String, Feed> feed : feeds.entrySet()) {
            out.writeUTF(feed.getKey());
            out.writeLong(feed.getValue().position());
            out.writeLong(feed.getValue().highestTime());
            out.writeBoolean(feed.getValue().ended());
            out.writeLong(feed.getValue().announced());
        }
        out.writeInt(tasks.size());
        for (Task task : tasks) {
            write(task, out);
        }
        out.writeInt(sinks.size());
        for (Map.Entry<String, byte[]> sink : sinks.entrySet()) {
            out.writeUTF(sink.getKey());
            bytes(sink.getValue(), out);
        }
    }

    private static void write(Task task, DataOutputStream out) throws IOException {
        out.writeInt(task.steps().size());
        for (String step : task.steps()) {
            out.writeUTF(step);
        }
        out.writeInt(task.number());
        out.writeLong(task.watermark());
        out.writeInt(task.origins().size());
        for (Map.Entry<String, Long> origin : task.origins().entrySet()) {
            out.writeUTF(origin.getKey());
            out.writeLong(origin.getValue());
        }
        out.writeInt(task.entries().size());
        for (Entry entry : task.entries()) {
            out.writeUTF(entry.step());
            bytes(entry.key(), out);
            out.writeLong(entry.part());
            bytes(entry.value(), out);
        }
        out.writeInt(task.waiting().size());
        for (Row row : task.waiting()) {
            out.writeInt(row.target());
            out.writeUTF(row.origin());
            out.writeLong(row.offset());
            out.writeLong(row.time());
            bytes(row.key(), out);
            bytes(row.value(), out);
        }
    }

    static Checkpoint read(DataInputStream in) throws IOException {
        int format = in.readInt();
        if (format != FORMAT) {
            throw new IOException("format " + format + " (expected: " + FORMAT + ")");
        }
        Checkpoint checkpoint = empty();
        for (int i = in.readInt(); i > 0; i--) {
            checkpoint.feeds.put(in.readUTF(), new Feed(in.readLong(), in.readLong(), in.readBoolean(), in.readLong()));
        }
        for (int i = in.readInt(); i > 0; i--) {
            checkpoint.tasks.add(readTask(in));
        }
        for (int i = in.readInt(); i > 0; i--) {
            checkpoint.sinks.put(in.readUTF(), bytes(in));
        }
        return checkpoint;
    }

    private static Task readTask(DataInputStream in) throws IOException {
        List<String> steps = new ArrayList<>();
        for (int i = in.readInt(); i > 0; i--) {
            steps.add(in.readUTF());
        }
        int number = in.readInt();
        long watermark = in.readLong();
        Map<String, Long> origins = new HashMap<>();
        for (int i = in.readInt(); i > 0; i--) {
            origins.put(in.readUTF(), in.readLong());
        }
        List<Entry> entries = new ArrayList<>();
        for (int i = in.readInt(); i > 0; i--) {
            entries.add(new Entry(in.readUTF(), bytes(in), in.readLong(), bytes(in)));
        }
        List<Row> waiting = new ArrayList<>();
        for (int i = in.readInt(); i > 0; i--) {
            waiting.add(new Row(in.readInt(), in.readUTF(), in.readLong(), in.readLong(), bytes(in), bytes(in)));
        }
        return new Task(steps, number, watermark, origins, entries, waiting);
    }

    private static void bytes(byte[] bytes, DataOutputStream out) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static byte[] bytes(DataInputStream in) throws IOException {
        return in.readNBytes(in.readInt());
    }
}
