package io.datastream.feed;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Makes events of the bytes of an event stream (WHATWG HTML, section "Server-sent events", read in November 2026): lines end
 * with CR, LF or both; an empty line ends an event. Holds at most twice the size of the largest event in memory; of a larger one
 * it counts the bytes.
 *
 * <p>Unlike there, the data stay bytes, and an id is kept from one connection to the next by whoever owns the parser.
 */
final class SseParser {
    /** Takes what was parsed. */
    interface Target {
        void event(String id, String type, byte[] data);

        void tooLarge(String id, String type, long size);

        /** An id came without data: later events have it, and a connection goes on behind it. */
        void id(String id);
    }

    /** A longer id counts as none: it lies in the log with each event, and no server would take it back. */
    private static final int LONGEST_ID = 4_096;

    private static final int LONGEST_RETRY = 12;
    private static final int LONGEST_FIELD_NAME = 16;
    private static final byte[] BOM = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

    private final int maxEvent;
    private final Target target;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final ByteArrayOutputStream data = new ByteArrayOutputStream();
    private boolean firstLine = true;
    private boolean afterReturn;
    private long lineLength;
    private String id;
    private String type = "";
    private long size;
    private boolean tooLarge;
    private @Nullable Duration retry;

    SseParser(int maxEvent, String id, Target target) {
        this.maxEvent = maxEvent;
        this.id = id;
        this.target = target;
    }

    /** How long the server wants a client to wait before it connects anew; null if it did not say. */
    @Nullable
    Duration retry() {
        return retry;
    }

    /** Takes the next bytes of the stream. */
    void take(byte[] bytes, int from, int to) {
        int start = from;
        for (int i = from; i < to; i++) {
            byte b = bytes[i];
            if (b != '\n' && b != '\r') {
                afterReturn = false;
                continue;
            }
            if (b == '\n' && afterReturn) {
                start = i + 1; // the second half of CR LF
            } else {
                add(bytes, start, i);
                start = i + 1;
                endLine();
            }
            afterReturn = b == '\r';
        }
        add(bytes, start, to);
    }

    private void add(byte[] bytes, int from, int to) {
        int room = maxEvent + LONGEST_FIELD_NAME - line.size();
        line.write(bytes, from, Math.min(to - from, room));
        lineLength += to - from;
    }

    private void endLine() {
        byte[] all = line.toByteArray();
        int from = 0;
        if (firstLine) {
            firstLine = false;
            from = all.length >= BOM.length && Arrays.equals(all, 0, BOM.length, BOM, 0, BOM.length) ? BOM.length : 0;
        }
        long cut = lineLength - all.length;
        line.reset();
        lineLength = 0;
        if (from == all.length) {
            dispatch();
        } else {
            field(all, from, cut);
        }
    }

    /**
     * A line that is not empty.
     *
     * @param cut how many bytes at its end were too many to be held
     */
    private void field(byte[] all, int from, long cut) {
        int colon = from;
        while (colon < all.length && all[colon] != ':') {
            colon++;
        }
        String name = new String(all, from, Math.min(colon - from, LONGEST_FIELD_NAME), UTF_8);
        int start = Math.min(all.length, colon + 1);
        if (start < all.length && all[start] == ' ') {
            start++;
        }
        int length = all.length - start;
        switch (name) {
            case "data" -> {
                if (fits(length + cut)) {
                    data.write(all, start, length);
                    data.write('\n');
                }
                size++; // the line feed
            }
            case "event" -> {
                fits(length + cut);
                type = cut == 0 ? new String(all, start, length, UTF_8) : "";
            }
            case "id" -> {
                fits(length + cut);
                id(new String(all, start, length, UTF_8), length + cut);
            }
            case "retry" -> retry(new String(all, start, Math.min(length, LONGEST_RETRY + 1), UTF_8));
            default -> {} // a comment has no name; what is unknown is ignored
        }
    }

    /** Counts the bytes of an event; false if they are too many, and no data of it are held any more. */
    private boolean fits(long length) {
        size += length;
        if (size > maxEvent) {
            tooLarge = true;
            data.reset();
        }
        return !tooLarge;
    }

    private void id(String value, long length) {
        if (value.indexOf('\0') < 0) { // such an id is to be ignored
            id = length > LONGEST_ID ? "" : value;
        }
    }

    private void retry(String value) {
        if (!value.isEmpty() && value.length() <= LONGEST_RETRY && value.chars().allMatch(c -> c >= '0' && c <= '9')) {
            retry = Duration.ofMillis(Long.parseLong(value));
        }
    }

    private void dispatch() {
        if (tooLarge) {
            target.tooLarge(id, type, size);
        } else if (data.size() > 0) {
            byte[] all = data.toByteArray();
            target.event(id, type, Arrays.copyOf(all, all.length - 1));
        } else {
            target.id(id);
        }
        data.reset();
        type = "";
        size = 0;
        tooLarge = false;
    }
}
