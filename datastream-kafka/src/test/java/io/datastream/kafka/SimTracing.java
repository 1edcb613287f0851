package io.datastream.kafka;

import io.datastream.codec.CodecException;
import io.datastream.kafka.Readings.Reading;
import io.datastream.topic.RecordHeader;
import io.datastream.trace.Trace;
import io.datastream.trace.TraceSpan;
import io.datastream.trace.TracedWork;
import io.datastream.trace.Tracing;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** A tracer of simulations. Whether a reading has a trace, and which, is told by its sensor and its time. */
final class SimTracing implements Tracing {
    private static final String HEADER = "trace";
    private static final String SAMPLED = "sampled ";

    /** Spans that have begun and not ended. */
    private int open;

    /** Whether there were ever two at a time, though all workers are on one thread. */
    boolean isNested;

    /** The headers of a record of the input: with a trace that is sampled, with one that is not, or with none. */
    static Headers headers(byte[] value) {
        String trace;
        try {
            Reading reading = Readings.CODEC.decode(value);
            trace = trace(reading.sensor(), reading.time());
        } catch (CodecException e) {
            trace = SAMPLED + "poison";
        }
        return trace == null ? new RecordHeaders() : new RecordHeaders(List.of(header(trace)));
    }

    private static Header header(String trace) {
        return new org.apache.kafka.common.header.internals.RecordHeader(
                HEADER, trace.getBytes(StandardCharsets.UTF_8));
    }

    private static @Nullable String trace(String sensor, long time) {
        String name = sensor + "@" + time;
        return switch (Math.floorMod(name.hashCode(), 3)) {
            case 0 -> SAMPLED + name;
            case 1 -> "other " + name;
            default -> null;
        };
    }

    /** What is wrong with the headers of a result; null for nothing. */
    static @Nullable String fault(String topic, String line, @Nullable Headers headers) {
        String[] words = line.split(" ", 3);
        String expected = topic.equals("averages") && !words[2].equals("quiet")
                ? trace(words[0], Long.parseLong(words[1]))
                : null; // time has led to it
        String wanted = expected != null && expected.startsWith(SAMPLED) ? expected : null;
        Header[] all = headers == null ? new Header[0] : headers.toArray();
        String found = all.length == 0 ? null : new String(all[0].value(), StandardCharsets.UTF_8);
        return all.length <= 1 && Objects.equals(found, wanted)
                ? null
                : topic + ": \"" + line + "\" has " + all.length + " headers, " + found + " (expected: " + wanted + ")";
    }

    @Override
    public Collection<String> headerNames() {
        return List.of(HEADER);
    }

    @Override
    public @Nullable Trace trace(List<RecordHeader> headers) {
        return !headers.get(0).text().startsWith(SAMPLED)
                ? null
                : new Trace() {
                    @Override
                    public List<RecordHeader> headers() {
                        return headers;
                    }

                    @Override
                    public TraceSpan begin(TracedWork work) {
                        return span();
                    }
                };
    }

    private TraceSpan span() {
        isNested |= open++ > 0;
        return new TraceSpan() {
            @Override
            public void failed(String error, String message) {}

            @Override
            public void end() {
                open--;
            }
        };
    }
}
