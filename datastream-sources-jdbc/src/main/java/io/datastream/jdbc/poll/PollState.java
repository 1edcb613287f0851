package io.datastream.jdbc.poll;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How far polling has come.
 *
 * <p>A <em>pass</em> reads the rows from {@link #low} to the highest one that was visible when it began, page by page, in their
 * order. Rows that appear meanwhile are for the next pass, which begins at {@link Pass#next}, by the overlap below that one. So
 * each row that appears while none is visible that is higher by more than the overlap is read by some pass, however long passes
 * take; and it is given once, as long as all that were given from {@link #low} on are remembered.
 *
 * @param low where the pass begins; it never goes back
 * @param pass the pass that is not at its end yet; null between two
 * @param given the rows at or above {@code low} that were given and that a pass may meet again
 */
record PollState(long low, @Nullable Pass pass, Set<RowId> given) {
    static final long BEGINNING = Long.MIN_VALUE;
    private static final byte VERSION = 1;
    private static final byte NUMBER = 0;
    private static final byte TEXT = 1;
    private static final byte UNIQUE = 2;

    /**
     * A pass.
     *
     * @param top where it ends
     * @param next where the next one begins
     * @param last the last row of the last page
     */
    record Pass(long top, long next, RowId last) {}

    static PollState beginning() {
        return new PollState(BEGINNING, null, Set.of());
    }

    byte[] encode(String identity) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            write(out, identity);
            out.writeLong(low);
            out.writeBoolean(pass != null);
            if (pass != null) {
                out.writeLong(pass.top());
                out.writeLong(pass.next());
                write(out, pass.last());
            }
            out.writeInt(given.size());
            for (RowId each : given) {
                write(out, each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, RowId row) throws IOException {
        out.writeLong(row.order());
        if (row.key() instanceof Long number) {
            out.writeByte(NUMBER);
            out.writeLong(number);
        } else if (row.key() instanceof UUID unique) {
            out.writeByte(UNIQUE);
            out.writeLong(unique.getMostSignificantBits());
            out.writeLong(unique.getLeastSignificantBits());
        } else {
            out.writeByte(TEXT);
            write(out, (String) row.key());
        }
    }

    private static void write(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    /**
     * Reads what {@link #encode} has written.
     *
     * @throws IOException if it is of other rows
     */
    static PollState decode(byte[] bytes, String identity) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            byte version = in.readByte();
            if (version != VERSION) {
                throw new IOException("log: of version " + version + " (expected: " + VERSION + ")");
            }
            String kept = text(in);
            if (!kept.equals(identity)) {
                throw new IOException("log: of " + kept + " (expected: that of " + identity + ", or an empty folder)");
            }
            long low = in.readLong();
            Pass pass = in.readBoolean() ? new Pass(in.readLong(), in.readLong(), row(in)) : null;
            int count = in.readInt();
            Set<RowId> given = new LinkedHashSet<>(2 * count);
            for (int i = 0; i < count; i++) {
                given.add(row(in));
            }
            return new PollState(low, pass, given);
        }
    }

    private static RowId row(DataInputStream in) throws IOException {
        long order = in.readLong();
        byte kind = in.readByte();
        return new RowId(
                order,
                switch (kind) {
                    case NUMBER -> in.readLong();
                    case UNIQUE -> new UUID(in.readLong(), in.readLong());
                    default -> text(in);
                });
    }

    private static String text(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    }
}
