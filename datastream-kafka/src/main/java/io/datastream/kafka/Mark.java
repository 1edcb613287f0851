package io.datastream.kafka;

import io.datastream.time.EventTime;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * How far a task has come, as told to the stages after it.
 *
 * @param stage name of its stage
 * @param partition its number
 * @param watermark no row with an earlier time comes after this mark, but late ones
 * @param idle whether it has nothing to give now
 * @param proved whether that rests on an answer that was asked for after its last mark with such a proof was committed;
 *     only such marks let a stage go on, see {@link OriginMarks}
 */
record Mark(String stage, int partition, long watermark, boolean idle, boolean proved) {
    static final Mark NONE = new Mark("", -1, EventTime.MIN, false, false);

    private static final int IDLE = 1;
    private static final int PROVED = 2;

    /** Several marks as the value of a record of an exchange. */
    static byte[] encode(List<Mark> marks) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(16 + 24 * marks.size());
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(PackWriter.VERSION);
            out.writeByte(PackWriter.MARKS);
            out.writeInt(marks.size());
            for (Mark mark : marks) {
                out.writeUTF(mark.stage);
                out.writeInt(mark.partition);
                out.writeLong(mark.watermark);
                out.writeByte((mark.idle ? IDLE : 0) | (mark.proved ? PROVED : 0));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static List<Mark> decode(byte[] bytes) {
        List<Mark> marks = new ArrayList<>();
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, 2, bytes.length - 2))) {
            int count = in.readInt();
            for (int i = 0; i < count; i++) {
                String stage = in.readUTF();
                int partition = in.readInt();
                long watermark = in.readLong();
                int flags = in.readByte();
                marks.add(new Mark(stage, partition, watermark, (flags & IDLE) != 0, (flags & PROVED) != 0));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("marks of " + bytes.length + " bytes cannot be read", e);
        }
        return marks;
    }
}
