package io.datastream.formats.csv;

import io.datastream.codec.CodecException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Splits bytes into records and cells.
 *
 * <p>The bytes of the current record are kept until the next one, up to the longest record allowed, so that after a
 * broken quote reading can go on behind the first line of the record: what the quote would have swallowed is read again
 * as lines of their own. Places of cells are kept relative to the record's beginning, because filling the buffer moves
 * the record.
 */
final class CsvSplitter {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final byte PLAIN = 0;
    private static final byte QUOTED = 1;
    private static final byte ESCAPED = 2;
    private static final int NONE = -2; // no byte, and not the end of the file

    private final InputStream in;
    private final byte delimiter;
    private final byte quote;
    private final int escape;
    private final int comment;
    private final int maxRecordBytes;
    private boolean skipEmptyLines;

    private byte[] buffer;
    private int start;
    private int limit;
    private boolean ended;

    private int length;
    private int following;
    private long line = 1;
    private long followingLine = 1;
    private int lines;
    private byte @Nullable [] dropped;

    private int count;
    private int[] from = new int[16];
    private int[] to = new int[16];
    private byte[] kinds = new byte[16];

    /** Splits a stream. */
    CsvSplitter(InputStream in, CsvOptions options, boolean skipEmptyLines) {
        this(in, new byte[Math.min(BUFFER_BYTES, options.maxRecordBytes() + 2)], options, skipEmptyLines);
    }

    /** Splits an array. */
    CsvSplitter(byte[] bytes, CsvOptions options, boolean skipEmptyLines) {
        this(InputStream.nullInputStream(), bytes, options, skipEmptyLines);
        limit = bytes.length;
        ended = true;
    }

    private CsvSplitter(InputStream in, byte[] buffer, CsvOptions options, boolean skipEmptyLines) {
        this.in = in;
        this.buffer = buffer;
        this.delimiter = (byte) options.delimiter();
        this.quote = (byte) options.quote();
        this.escape = options.marks().hasEscape() ? options.marks().escape() : NONE;
        this.comment = options.marks().hasComment() ? options.marks().comment() : NONE;
        this.maxRecordBytes = options.maxRecordBytes();
        this.skipEmptyLines = skipEmptyLines;
    }

    /** Whether empty lines are no records, from now on. */
    void skipEmptyLines(boolean skip) {
        skipEmptyLines = skip;
    }

    /** Passes over a byte order mark; to be called first. */
    void skipByteOrderMark() throws IOException {
        if (rawAt(2) == 0xbf && rawAt(1) == 0xbb && rawAt(0) == 0xef) {
            start += 3;
        }
    }

    /**
     * Goes to the next record; false at the end.
     *
     * @throws CodecException if it is malformed; the next call goes on after its first line
     */
    boolean next() throws IOException {
        advance();
        while (isPassedOver(at(0))) {
            if (at(0) == comment) {
                dropLine();
            } else {
                following = lineEnd(0); // may move the start
            }
            start += following;
            line++;
        }
        followingLine = line;
        count = 0;
        lines = 1;
        dropped = null;
        length = 0;
        following = 0;
        if (at(0) < 0) {
            return false;
        }
        int i = 0;
        while (true) {
            i = at(i) == (quote & 0xff) ? quotedCell(i) : plainCell(i);
            int end = at(i);
            if (end != (delimiter & 0xff)) {
                length = i;
                following = i + lineEnd(i);
                followingLine = line + lines;
                return true;
            }
            i++;
        }
    }

    /** Whether a line is no record that begins with this byte. */
    private boolean isPassedOver(int first) {
        return first == comment || skipEmptyLines && (first == '\n' || first == '\r');
    }

    private void advance() {
        start += following;
        following = 0;
        line = followingLine;
    }

    private int plainCell(int begin) throws IOException {
        int i = begin;
        while (true) {
            // the hot loop stays within the buffer
            int at = start + i;
            byte[] bytes = buffer;
            int stop = limit;
            while (at < stop) {
                byte b = bytes[at];
                if (b == delimiter || b == '\n' || b == '\r') {
                    addCell(begin, at - start, PLAIN);
                    return at - start;
                }
                at++;
            }
            i = at - start;
            if (at(i) < 0) {
                addCell(begin, i, PLAIN);
                return i;
            }
        }
    }

    private int quotedCell(int begin) throws IOException {
        byte kind = QUOTED;
        int i = begin + 1;
        while (true) {
            int b = at(i);
            if (b < 0) {
                throw broken("quote that is not closed (expected: closed before the end)");
            }
            if (b == '\n' || b == '\r') {
                i += lineEnd(i);
                lines++;
            } else if (b == escape) {
                kind = ESCAPED;
                int next = at(i + 1);
                i += next == '\n' || next == '\r' ? 1 : 2; // a line end is counted
            } else if (b != (quote & 0xff)) {
                i++;
            } else if (at(i + 1) == (quote & 0xff)) {
                kind = ESCAPED;
                i += 2;
            } else {
                break;
            }
        }
        addCell(begin + 1, i, kind);
        int after = at(i + 1);
        if (after >= 0 && after != (delimiter & 0xff) && after != '\n' && after != '\r') {
            throw broken("text after a closing quote (expected: the end of the cell)");
        }
        return i + 1;
    }

    private void addCell(int begin, int end, byte kind) {
        if (count == from.length) {
            from = Arrays.copyOf(from, count * 2);
            to = Arrays.copyOf(to, count * 2);
            kinds = Arrays.copyOf(kinds, count * 2);
        }
        from[count] = begin;
        to[count] = end;
        kinds[count++] = kind;
    }

    /** How many bytes the line end at this place has; 0 at the end of the file. */
    private int lineEnd(int i) throws IOException {
        int b = rawAt(i);
        if (b == '\r') {
            return rawAt(i + 1) == '\n' ? 2 : 1;
        }
        return b < 0 ? 0 : 1;
    }

    /** A problem with the record, after which reading goes on with the line after its first. */
    CodecException broken(String problem) throws IOException {
        stopAfterFirstLine();
        return new CodecException(problem);
    }

    /** Makes the first line all there is of the record; false if that alone is too long, and dropped. */
    private boolean stopAfterFirstLine() throws IOException {
        followingLine = line + 1;
        for (int i = 0; i <= maxRecordBytes; i++) {
            int b = rawAt(i);
            if (b < 0 || b == '\n' || b == '\r') {
                length = i;
                following = i + lineEnd(i);
                return true;
            }
        }
        byte[] beginning = Arrays.copyOfRange(buffer, start, start + maxRecordBytes);
        dropLine();
        dropped = beginning;
        return false;
    }

    private void dropLine() throws IOException {
        while (true) {
            for (; start < limit; start++) {
                if (buffer[start] == '\n' || buffer[start] == '\r') {
                    following = lineEnd(0);
                    return;
                }
            }
            if (ended || !fill()) {
                following = 0;
                return;
            }
        }
    }

    /** The byte at a place of the record, which may not be beyond the limit, or -1 at the end of the file. */
    private int at(int i) throws IOException {
        if (i > maxRecordBytes) {
            throw tooLong();
        }
        return rawAt(i);
    }

    /** The byte at a place of the record, up to one beyond the limit, or -1 at the end of the file. */
    private int rawAt(int i) throws IOException {
        while (start + i >= limit) {
            if (ended || !fill()) {
                return -1;
            }
        }
        return buffer[start + i] & 0xff;
    }

    private boolean fill() throws IOException {
        if (limit == buffer.length) {
            if (start > 0) {
                System.arraycopy(buffer, start, buffer, 0, limit - start);
                limit -= start;
                start = 0;
            } else {
                // enough for all of rawAt, since at() refuses records that would need more
                buffer = Arrays.copyOf(buffer, (int) Math.min(2L * buffer.length, maxRecordBytes + 2L));
            }
        }
        int read = in.read(buffer, limit, buffer.length - limit);
        if (read < 0) {
            ended = true;
            return false;
        }
        limit += read;
        return true;
    }

    /** A record beyond the limit. */
    private CodecException tooLong() throws IOException {
        boolean severalLines = stopAfterFirstLine();
        return new CodecException("more than " + maxRecordBytes + " bytes (expected: at most " + maxRecordBytes
                + (severalLines ? "; is a quote not closed?)" : ")"));
    }

    /** The line at which the record begins, from 1. */
    long line() {
        return line;
    }

    /** Whether the record is on several lines. */
    boolean isOnSeveralLines() {
        return lines > 1;
    }

    int cells() {
        return count;
    }

    /** Whether nothing stands in a cell, not even quotes. */
    boolean isEmpty(int cell) {
        return kinds[cell] == PLAIN && from[cell] == to[cell];
    }

    /** Whether a cell has no value: it is empty or has the text for that, without quotes. */
    boolean isNull(int cell, String nullText) {
        return kinds[cell] == PLAIN && (from[cell] == to[cell] || (!nullText.isEmpty() && nullText.equals(text(cell))));
    }

    /** The value of a cell that is a plain and short whole number, otherwise {@link CsvNumbers#NO_WHOLE}. */
    long simpleWhole(int cell) {
        return CsvNumbers.whole(buffer, start + from[cell], start + to[cell]);
    }

    /** The value of a cell that is a plain and short number, otherwise NaN. */
    double simpleFraction(int cell) {
        return CsvNumbers.fraction(buffer, start + from[cell], start + to[cell]);
    }

    /** The text of a cell, or null if it is no UTF-8. */
    @Nullable
    String text(int cell) {
        int begin = start + from[cell];
        int size = to[cell] - from[cell];
        String text;
        if (kinds[cell] == ESCAPED) {
            byte[] plain = unescape(begin, begin + size);
            if (plain == null) {
                return null;
            }
            text = new String(plain, StandardCharsets.UTF_8);
            return text.indexOf('\ufffd') < 0 || isUtf8(plain, 0, plain.length) ? text : null;
        }
        text = new String(buffer, begin, size, StandardCharsets.UTF_8);
        return text.indexOf('\ufffd') < 0 || isUtf8(buffer, begin, size) ? text : null;
    }

    /** The bytes of a cell without its escapes, or null if one stands within a character, whose halves it would join. */
    private byte @Nullable [] unescape(int begin, int end) {
        byte[] plain = new byte[end - begin];
        int size = 0;
        for (int i = begin; i < end; i++) {
            if ((buffer[i] & 0xff) == escape && i + 1 < end) { // not 0xfe, which is NONE as a byte
                i++;
                if ((buffer[i] & 0xc0) == 0x80) { // no character of UTF-8 begins so
                    return null;
                }
                plain[size++] = buffer[i];
                continue;
            }
            plain[size++] = buffer[i];
            if (buffer[i] == quote) {
                i++; // the second of two
            }
        }
        return Arrays.copyOf(plain, size);
    }

    private static boolean isUtf8(byte[] bytes, int offset, int size) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, offset, size));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    /** The bytes of the record without its line end, or of what was refused instead of it, as far as allowed. */
    byte[] raw() {
        return dropped != null ? dropped : Arrays.copyOfRange(buffer, start, start + length);
    }
}
