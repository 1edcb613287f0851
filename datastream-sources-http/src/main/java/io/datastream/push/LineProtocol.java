package io.datastream.push;

import io.datastream.codec.Codec;
import io.datastream.codec.CodecException;
import io.datastream.codec.FileFormat;
import io.datastream.time.EventTime;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * InfluxDB's line protocol, as agents such as Telegraf send it: {@code weather,city=Bern temperature=21.5,wet=f
 * 1700000000000000000}. A line a point; empty lines and those that begin with {@code #} are none. A point without a time has
 * that of being read. A line break within a text ends the line, and is refused. Names that begin with an underscore are taken
 * as they are. Immutable.
 */
public final class LineProtocol implements FileFormat<Point> {
    private static final long serialVersionUID = 1L;

    private final TimeUnit precision;

    private LineProtocol(TimeUnit precision) {
        this.precision = precision;
    }

    /** With times in nanoseconds. */
    public static LineProtocol nanoseconds() {
        return new LineProtocol(TimeUnit.NANOSECONDS);
    }

    /** The same with times in another unit, which the protocol itself does not tell. */
    public LineProtocol withPrecision(TimeUnit unit) {
        return new LineProtocol(unit);
    }

    /** A point as a line, with its time in nanoseconds: for logs and topics. */
    public static Codec<Point> codec() {
        return Codec.of(LineProtocol::line, bytes -> point(text(bytes), TimeUnit.NANOSECONDS));
    }

    private static String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new CodecException("line: not UTF-8", e);
        }
    }

    private static byte[] line(Point point) {
        if (point == null) {
            throw new CodecException("point: null (expected: a point)");
        }
        return bytes(PointText.of(point));
    }

    private static byte[] bytes(String text) {
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw new CodecException("point: half of a surrogate pair (expected: text)", e);
        }
    }

    private static Point point(String line, TimeUnit precision) {
        PointParser parser = new PointParser(line);
        Long time = parser.read();
        try {
            return new Point(parser.measurement, parser.tags, parser.fields, instant(time, precision));
        } catch (IllegalArgumentException e) {
            throw new CodecException(PointParser.shorten(String.valueOf(e.getMessage())), e);
        }
    }

    private static Instant instant(@Nullable Long time, TimeUnit precision) {
        if (time == null) {
            return Instant.now();
        }
        long nanos = precision.toNanos(time);
        if (precision.convert(nanos, TimeUnit.NANOSECONDS) != time
                || nanos < EventTime.EARLIEST
                || nanos > EventTime.LATEST) {
            throw new CodecException(
                    "time: " + time + " (expected: from 1677-09-22 to 2262-04-10, in " + precision + ")");
        }
        return EventTime.instant(nanos);
    }

    @Override
    public RecordReader<Point> reader(String name, InputStream in) {
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()));
        return new RecordReader<>() {
            private long number;
            private @Nullable String line;

            @Override
            public @Nullable Point read() throws IOException {
                do {
                    line = next();
                    if (line == null) {
                        return null;
                    }
                } while (line.isBlank() || line.startsWith("#"));
                try {
                    return point(line, precision);
                } catch (CodecException e) {
                    throw new CodecException(place() + ": " + e.getMessage(), e);
                }
            }

            private @Nullable String next() throws IOException {
                number++;
                try {
                    return lines.readLine();
                } catch (CharacterCodingException e) {
                    throw new IOException("not UTF-8", e); // and what follows cannot be read either
                }
            }

            @Override
            public String place() {
                return "line " + number;
            }

            @Override
            public byte @Nullable [] raw() {
                return line == null ? null : line.getBytes(StandardCharsets.UTF_8);
            }

            @Override
            public void close() throws IOException {
                lines.close();
            }
        };
    }

    @Override
    public RecordWriter<Point> writer(OutputStream out, boolean append) {
        return new RecordWriter<>() {
            @Override
            public void write(Point value) throws IOException {
                String text = PointText.of(value);
                if (text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0) {
                    throw new CodecException("fields: a text with a line break (expected: none, in lines)");
                }
                long time = EventTime.nanos(value.time());
                if (precision != TimeUnit.NANOSECONDS) {
                    text = text.substring(0, text.lastIndexOf(' ') + 1) + precision.convert(time, TimeUnit.NANOSECONDS);
                }
                out.write(bytes(text + "\n"));
            }

            @Override
            public void flush() throws IOException {
                out.flush();
            }

            @Override
            public void close() throws IOException {
                out.close();
            }
        };
    }
}
