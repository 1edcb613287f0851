package io.datastream.sink;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * How far a file has come that is being written.
 *
 * @param length how many bytes there are
 * @param runs the segments in which they are, in order; none for a single file
 */
record Progress(long length, List<Run> runs) {
    static final Progress NONE = new Progress(0, List.of());

    Progress {
        runs = List.copyOf(runs);
    }

    /**
     * Segments that one writer has written, numbered from 0.
     *
     * @param writer a number that no other writer has
     * @param count how many
     */
    record Run(long writer, int count) {}

    void writeTo(DataOutputStream out) throws IOException {
        out.writeLong(length);
        out.writeInt(runs.size());
        for (Run run : runs) {
            out.writeLong(run.writer());
            out.writeInt(run.count());
        }
    }

    static Progress readFrom(DataInputStream in) throws IOException {
        long length = in.readLong();
        List<Run> runs = new ArrayList<>();
        for (int count = in.readInt(); count > 0; count--) {
            runs.add(new Run(in.readLong(), in.readInt()));
        }
        return new Progress(length, runs);
    }
}
