package io.datastream.kafka.tool;

import io.datastream.kafka.internal.LetterHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** A record of a topic of dead letters or late records. */
record Letter(ConsumerRecord<byte[], byte[]> record) {
    /** The names of what {@link #row()} gives. */
    static final List<String> COLUMNS = List.of(
            "letter", "written", "kind", "pipeline", "step", "source", "error", "message", "replays", "content");

    private static final int SHOWN = 120;

    /** Whether it was written as one of these. */
    boolean isLetter() {
        return header(LetterHeaders.KIND) != null;
    }

    /** The text of a header; null if there is none of this name. */
    @Nullable
    String header(String name) {
        Header header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    /** Its place in its topic. */
    String at() {
        return record.partition() + "@" + record.offset();
    }

    /** Whether value, key and headers are those of the original record. */
    boolean hasOriginal() {
        return LetterHeaders.ORIGINAL.equals(header(LetterHeaders.CONTENT));
    }

    /** The partition that the original record stands in; null if it comes from no single record. */
    @Nullable
    TopicPartition source() {
        String topic = header(LetterHeaders.TOPIC);
        return topic == null ? null : new TopicPartition(topic, (int) number(LetterHeaders.PARTITION));
    }

    /** Its place there. */
    long offset() {
        return number(LetterHeaders.OFFSET);
    }

    /** A header that is a whole number. */
    long number(String name) {
        String text = header(name);
        try {
            return Long.parseLong(Objects.requireNonNull(text));
        } catch (NumberFormatException | NullPointerException e) {
            throw new FailedException(
                    record.topic() + "-" + at() + ": header " + name + ": " + text
                            + " (expected: a number; the record was not written by a pipeline)",
                    e);
        }
    }

    /** How often the record was played again. */
    int replays() {
        return header(LetterHeaders.REPLAYS) == null ? 0 : (int) number(LetterHeaders.REPLAYS);
    }

    /** What {@link #COLUMNS} name. */
    List<@Nullable Object> row() {
        TopicPartition source = source();
        String message = header(LetterHeaders.ERROR_MESSAGE);
        return Arrays.asList(
                at(),
                Instant.ofEpochMilli(record.timestamp()),
                header(LetterHeaders.KIND),
                header(LetterHeaders.PIPELINE),
                header(LetterHeaders.STEP),
                source == null ? header(LetterHeaders.PLACE) : source + "@" + offset(),
                header(LetterHeaders.ERROR_CLASS),
                message == null || message.length() <= SHOWN ? message : message.substring(0, SHOWN) + "...",
                replays(),
                header(LetterHeaders.CONTENT));
    }
}
