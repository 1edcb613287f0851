package io.datastream.poll;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * How far it has come.
 *
 * @param page the page to go on with; null if all pages were read, and the first one is to be asked for again
 * @param pages how many pages were read before that one
 * @param asked the page that was read last, to which the next two belong; null at first
 * @param tag its {@code ETag}; null if it had none
 * @param modified its {@code Last-Modified}; null if it had none
 * @param last what is told of the last record; null before there was one
 */
record PollCursor(
        @Nullable URI page,
        long pages,
        @Nullable URI asked,
        @Nullable String tag,
        @Nullable String modified,
        @Nullable String last) {
    private static final int VERSION = 1;
    private static final PollCursor START = new PollCursor(null, 0, null, null, null, null);

    /** Where all pages were read. */
    PollCursor ended() {
        return new PollCursor(null, 0, asked, tag, modified, last);
    }

    byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeLong(pages);
            write(out, page == null ? null : page.toString());
            write(out, asked == null ? null : asked.toString());
            write(out, tag);
            write(out, modified);
            write(out, last);
        } catch (IOException e) {
            throw new UncheckedIOException("in memory", e);
        }
        return bytes.toByteArray();
    }

    /** @throws IllegalStateException if these are not the bytes of a cursor */
    static PollCursor decode(byte @Nullable [] bytes) {
        if (bytes == null) {
            return START;
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readByte();
            if (version != VERSION) {
                throw new IOException("version " + version);
            }
            long pages = in.readLong();
            return new PollCursor(uri(read(in)), pages, uri(read(in)), read(in), read(in), read(in));
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalStateException(
                    "cursor: " + bytes.length + " bytes (expected: one of HttpPoll; is it the log of another source?)",
                    e);
        }
    }

    private static void write(DataOutputStream out, @Nullable String text) throws IOException {
        byte[] bytes = text == null ? new byte[0] : text.getBytes(UTF_8);
        out.writeInt(text == null ? -1 : bytes.length);
        out.write(bytes);
    }

    private static @Nullable String read(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0) {
            return null;
        }
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("ends too early");
        }
        return new String(bytes, UTF_8);
    }

    private static @Nullable URI uri(@Nullable String text) {
        return text == null ? null : URI.create(text);
    }
}
