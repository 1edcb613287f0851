package io.datastream.alerts;

import io.datastream.alert.Alert;
import io.datastream.alert.AlertState;
import io.datastream.alert.Notice;
import io.datastream.alert.Severity;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Notices as bytes, for files. */
final class NoticeBytes {
    private static final int VERSION = 1;

    private NoticeBytes() {}

    static void write(Notice notice, DataOutput out) throws IOException {
        out.writeByte(VERSION);
        text(notice.id(), out);
        out.writeInt(notice.alerts().size());
        for (Alert alert : notice.alerts()) {
            write(alert, out);
        }
    }

    static void write(Alert alert, DataOutput out) throws IOException {
        text(alert.rule(), out);
        text(alert.pipeline(), out);
        optional(alert.series(), out);
        text(alert.severity().name(), out);
        text(alert.state().name(), out);
        time(alert.since(), out);
        time(alert.at(), out);
        out.writeDouble(alert.value() == null ? Double.NaN : alert.value());
        out.writeDouble(alert.limit() == null ? Double.NaN : alert.limit());
        text(alert.what(), out);
        text(alert.why(), out);
        text(alert.whereToLook(), out);
        text(alert.episode(), out);
        out.writeInt(alert.number());
    }

    static Notice read(DataInput in) throws IOException {
        int version = in.readByte();
        if (version != VERSION) {
            throw new IOException("version of a notice: " + version + " (expected: " + VERSION + ")");
        }
        String id = text(in);
        List<Alert> alerts = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            alerts.add(readAlert(in));
        }
        return new Notice(id, alerts);
    }

    static Alert readAlert(DataInput in) throws IOException {
        return new Alert(
                text(in),
                text(in),
                optional(in),
                Severity.valueOf(text(in)),
                AlertState.valueOf(text(in)),
                time(in),
                time(in),
                in.readDouble(), // an alert takes NaN for none
                in.readDouble(),
                text(in),
                text(in),
                text(in),
                text(in),
                in.readInt());
    }

    private static void text(String text, DataOutput out) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static String text(DataInput in) throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static void optional(@Nullable String text, DataOutput out) throws IOException {
        out.writeBoolean(text != null);
        if (text != null) {
            text(text, out);
        }
    }

    private static @Nullable String optional(DataInput in) throws IOException {
        return in.readBoolean() ? text(in) : null;
    }

    static void time(Instant time, DataOutput out) throws IOException {
        out.writeLong(time.getEpochSecond());
        out.writeInt(time.getNano());
    }

    static Instant time(DataInput in) throws IOException {
        return Instant.ofEpochSecond(in.readLong(), in.readInt());
    }
}
