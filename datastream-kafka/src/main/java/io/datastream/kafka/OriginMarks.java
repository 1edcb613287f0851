package io.datastream.kafka;

import io.datastream.time.EventTime;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * How far the origins of a stage have come, by the marks in one partition of its exchange: a function of that log.
 *
 * <p>An active origin holds the stage at its own watermark. An idle one has nothing to give, and lets the stage go as far
 * as the others have come, or, while all are idle, as far as the furthest; but only as far as they had come when it was
 * found to be empty. A mark with a proof says that: the origin was asked again after its last proof was committed, so it
 * had nothing to give up to then, and what the others had told before that proof holds for it too. A worker that dies, stands
 * still, or is cut off proves nothing more. Its origins hold the stage from then on, and what they get meanwhile is not late.
 */
final class OriginMarks {
    private final int[] origins;
    private final ToIntFunction<Mark> originOf;
    private final Mark[] marks;

    /** How far the stage could have gone by the origins that hold it, when an origin last proved that it was idle. */
    private final long[] reached;

    /** How far an origin lets the stage go while it is idle. */
    private final long[] allowed;

    /** Offsets of an origin's last proof and of the one before; -1 for none since this was made. */
    private final long[] lastProof;

    private final long[] proofBefore;

    /**
     * Marks of these origins.
     *
     * @param origins in ascending order
     * @param originOf the origin that a mark speaks of; any other number if the stage has no such origin
     */
    OriginMarks(int[] origins, ToIntFunction<Mark> originOf) {
        this.origins = origins;
        this.originOf = originOf;
        this.marks = filled(new Mark[origins.length]);
        this.reached = filled(EventTime.MIN);
        this.allowed = filled(EventTime.MIN);
        this.lastProof = filled(-1);
        this.proofBefore = filled(-1);
    }

    private static Mark[] filled(Mark[] marks) {
        Arrays.fill(marks, Mark.NONE);
        return marks;
    }

    private long[] filled(long value) {
        long[] values = new long[origins.length];
        Arrays.fill(values, value);
        return values;
    }

    /** Takes the marks of one record of the exchange. */
    void take(List<Mark> all, long offset) {
        for (Mark mark : all) {
            int at = at(mark);
            if (at >= 0) {
                if (mark.proved()) {
                    allowed[at] = Math.max(allowed[at], reached[at]);
                    proofBefore[at] = lastProof[at];
                    lastProof[at] = offset;
                }
                set(at, mark);
            }
        }
        long level = level();
        for (Mark mark : all) {
            int at = at(mark);
            if (at >= 0 && mark.proved()) {
                reached[at] = level;
            }
        }
    }

    /** Where an origin is; negative for that of a stage that is gone, which holds nothing back. */
    private int at(Mark mark) {
        return Arrays.binarySearch(origins, originOf.applyAsInt(mark));
    }

    private void set(int at, Mark mark) {
        long watermark = Math.max(mark.watermark(), marks[at].watermark());
        marks[at] = new Mark(mark.stage(), mark.partition(), watermark, mark.idle(), mark.proved());
    }

    /** How far the stage could go if no idle origin could have anything more to give. */
    private long level() {
        long active = EventTime.MAX;
        long idle = EventTime.MIN;
        boolean allEnded = true;
        boolean allIdle = true;
        for (int i = 0; i < marks.length; i++) {
            if (isEnded(i)) {
                continue;
            }
            allEnded = false;
            if (marks[i].idle()) {
                idle = Math.max(idle, marks[i].watermark());
            } else {
                allIdle = false;
                active = Math.min(active, marks[i].watermark());
            }
        }
        return allEnded ? EventTime.MAX : allIdle ? idle : active;
    }

    private boolean isEnded(int at) {
        return marks[at].watermark() == EventTime.MAX;
    }

    int count() {
        return origins.length;
    }

    int origin(int at) {
        return origins[at];
    }

    /** How far an origin has come by its own account. */
    long own(int at) {
        return marks[at].watermark();
    }

    /** How far an origin lets the stage go. */
    long watermark(int at) {
        return marks[at].idle() ? Math.max(marks[at].watermark(), allowed[at]) : marks[at].watermark();
    }

    boolean isIdle(int at) {
        return marks[at].idle();
    }

    /** Whether no origin has anything to give. */
    boolean areIdle() {
        for (int i = 0; i < marks.length; i++) {
            if (!marks[i].idle() && !isEnded(i)) {
                return false;
            }
        }
        return true;
    }

    /** Whether all origins were found idle after this offset was written. */
    boolean areProvedSince(long offset) {
        for (int i = 0; i < marks.length; i++) {
            if (!isEnded(i) && (!marks[i].idle() || proofBefore[i] < offset)) {
                return false;
            }
        }
        return true;
    }

    /** All that is needed to go on, with the watermark of the stage's task. */
    byte[] encode(long taskWatermark) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(16 + 40 * marks.length);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(PackWriter.VERSION);
            out.writeLong(taskWatermark);
            for (int i = 0; i < marks.length; i++) {
                if (marks[i].partition() >= 0) {
                    out.writeUTF(marks[i].stage());
                    out.writeInt(marks[i].partition());
                    out.writeLong(marks[i].watermark());
                    out.writeBoolean(marks[i].idle());
                    out.writeLong(reached[i]);
                    out.writeLong(allowed[i]);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Takes back what was stored. Returns the watermark of the stage's task. */
    long restore(byte[] stored) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(stored))) {
            int version = in.readByte();
            if (version != PackWriter.VERSION) {
                throw new IOException("version " + version + " (expected: " + PackWriter.VERSION + ")");
            }
            long taskWatermark = in.readLong();
            while (in.available() > 0) {
                Mark mark = new Mark(in.readUTF(), in.readInt(), in.readLong(), in.readBoolean(), false);
                long reachedThen = in.readLong();
                long allowedThen = in.readLong();
                int at = at(mark);
                if (at >= 0) {
                    set(at, mark);
                    reached[at] = reachedThen;
                    allowed[at] = allowedThen;
                }
            }
            return taskWatermark;
        } catch (IOException e) {
            throw new UncheckedIOException("stored marks of " + stored.length + " bytes cannot be read", e);
        }
    }
}
