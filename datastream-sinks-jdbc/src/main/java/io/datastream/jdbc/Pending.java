package io.datastream.jdbc;

import io.datastream.sink.row.ColumnType;
import io.datastream.sink.row.RowColumn;
import io.datastream.sink.row.RowLayout;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a pipeline's commit says of a writer: the rows that belong to it, in case that they do not get into the table before
 * a crash.
 *
 * @param writer who writes
 * @param commit the number of the commit, from 1
 * @param layout the columns of the rows; null if there are none
 * @param rows the rows; none if the commit had none, or they are known to be in the table
 */
record Pending(UUID writer, long commit, @Nullable RowLayout layout, List<@Nullable Object[]> rows) {
    private static final int VERSION = 2;
    private static final int VERSION_WITHOUT_ARRAYS = 1;

    byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(64 + 48 * rows.size());
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeLong(writer.getMostSignificantBits());
            out.writeLong(writer.getLeastSignificantBits());
            out.writeLong(commit);
            out.writeInt(rows.size());
            if (!rows.isEmpty()) {
                writeRows(out, Objects.requireNonNull(layout));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private void writeRows(DataOutputStream out, RowLayout columns) throws IOException {
        out.writeInt(columns.columns().size());
        for (RowColumn column : columns.columns()) {
            out.writeUTF(column.name());
            out.writeUTF(column.type().name());
            out.writeBoolean(column.array());
            out.writeBoolean(column.nullable());
        }
        out.writeInt(columns.naturalKey().size());
        for (String name : columns.naturalKey()) {
            out.writeUTF(name);
        }
        for (@Nullable Object[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                Object value = row[i];
                out.writeBoolean(value != null);
                if (value != null) {
                    writeValue(out, columns.columns().get(i), value);
                }
            }
        }
    }

    private static void writeValue(DataOutputStream out, RowColumn column, Object value) throws IOException {
        if (!column.array()) {
            write(out, column.type(), value);
            return;
        }
        @Nullable Object[] elements = (@Nullable Object[]) value;
        out.writeInt(elements.length);
        for (Object element : elements) {
            out.writeBoolean(element != null);
            if (element != null) {
                write(out, column.type(), element);
            }
        }
    }

    private static void write(DataOutputStream out, ColumnType type, Object value) throws IOException {
        switch (type) {
            case BOOLEAN -> out.writeBoolean((Boolean) value);
            case SMALLINT -> out.writeShort((Short) value);
            case INTEGER -> out.writeInt((Integer) value);
            case BIGINT -> out.writeLong((Long) value);
            case REAL -> out.writeFloat((Float) value);
            case DOUBLE -> out.writeDouble((Double) value);
            case TIMESTAMP -> {
                Instant moment = (Instant) value;
                out.writeLong(moment.getEpochSecond());
                out.writeInt(moment.getNano());
            }
            case DATE -> out.writeLong(((LocalDate) value).toEpochDay());
            case UUID -> {
                out.writeLong(((UUID) value).getMostSignificantBits());
                out.writeLong(((UUID) value).getLeastSignificantBits());
            }
            case TEXT, NUMERIC -> writeBytes(out, value.toString().getBytes(StandardCharsets.UTF_8));
            case BYTES -> writeBytes(out, (byte[]) value);
        }
    }

    private static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    /** @throws IllegalArgumentException if these bytes are none of a writer that is exactly once */
    static Pending decode(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readUnsignedByte();
            if (version != VERSION && version != VERSION_WITHOUT_ARRAYS) {
                throw new IOException("version " + version + " (expected: at most " + VERSION + ")");
            }
            UUID writer = new UUID(in.readLong(), in.readLong());
            long commit = in.readLong();
            int count = in.readInt();
            if (count == 0) {
                return new Pending(writer, commit, null, List.of());
            }
            RowLayout layout = readLayout(in, version != VERSION_WITHOUT_ARRAYS);
            List<@Nullable Object[]> rows = new ArrayList<>(count);
            for (int row = 0; row < count; row++) {
                @Nullable
                Object[] values = new @Nullable Object[layout.columns().size()];
                for (int i = 0; i < values.length; i++) {
                    values[i] =
                            in.readBoolean() ? readValue(in, layout.columns().get(i)) : null;
                }
                rows.add(values);
            }
            return new Pending(writer, commit, layout, rows);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "snapshot of " + bytes.length + " bytes: cannot be read: " + e.getMessage()
                            + " (expected: what this sink has kept at the last commit)",
                    e);
        }
    }

    private static RowLayout readLayout(DataInputStream in, boolean withArrays) throws IOException {
        List<RowColumn> columns = new ArrayList<>();
        for (int i = in.readInt(); i > 0; i--) {
            columns.add(new RowColumn(
                    in.readUTF(),
                    ColumnType.valueOf(in.readUTF()),
                    withArrays && in.readBoolean(),
                    in.readBoolean(),
                    (time, value) -> value));
        }
        List<String> naturalKey = new ArrayList<>();
        for (int i = in.readInt(); i > 0; i--) {
            naturalKey.add(in.readUTF());
        }
        return new RowLayout(null, columns, naturalKey);
    }

    private static Object readValue(DataInputStream in, RowColumn column) throws IOException {
        if (!column.array()) {
            return read(in, column.type());
        }
        @Nullable Object[] elements = new @Nullable Object[in.readInt()];
        for (int i = 0; i < elements.length; i++) {
            elements[i] = in.readBoolean() ? read(in, column.type()) : null;
        }
        return elements;
    }

    private static Object read(DataInputStream in, ColumnType type) throws IOException {
        return switch (type) {
            case BOOLEAN -> in.readBoolean();
            case SMALLINT -> in.readShort();
            case INTEGER -> in.readInt();
            case BIGINT -> in.readLong();
            case REAL -> in.readFloat();
            case DOUBLE -> in.readDouble();
            case TIMESTAMP -> Instant.ofEpochSecond(in.readLong(), in.readInt());
            case DATE -> LocalDate.ofEpochDay(in.readLong());
            case UUID -> new UUID(in.readLong(), in.readLong());
            case TEXT -> new String(readBytes(in), StandardCharsets.UTF_8);
            case NUMERIC -> new BigDecimal(new String(readBytes(in), StandardCharsets.UTF_8));
            case BYTES -> readBytes(in);
        };
    }

    private static byte[] readBytes(DataInputStream in) throws IOException {
        return in.readNBytes(in.readInt());
    }
}
