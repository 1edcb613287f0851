package io.datastream.kafka;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * How large a record may be: by the producer, and by the topics as far as that is known. Sizes are those of a record that
 * is sent alone, as it is in the end when the broker refuses a batch.
 *
 * @param request the producer's {@code max.request.size}
 * @param isCompressed whether the producer compresses, so that a topic's limit is met by less than the size here
 * @param topics {@code max.message.bytes} of each topic that tells it
 */
record RecordLimits(int request, boolean isCompressed, Map<String, Integer> topics) {
    private static final String DEFAULT_REQUEST = "1048576";

    /** What a batch takes beside its records, and a record beside key, value and headers: in Kafka's format, magic 2. */
    private static final int BATCH = 61;

    private static final int MOST_OF_RECORD = 21;
    private static final int LEAST_OF_RECORD = 3;

    RecordLimits {
        topics = Map.copyOf(topics);
    }

    static RecordLimits of(KafkaSettings settings, Map<String, Integer> topics) {
        Properties producer = settings.producer("");
        return new RecordLimits(
                Integer.parseInt(producer.getProperty("max.request.size", DEFAULT_REQUEST)),
                !producer.getProperty("compression.type", "none").equals("none"),
                topics);
    }

    /** Why a record can never be sent, with its topic, its size and what to raise; null if it can. */
    @Nullable
    String excess(ProducerRecord<byte[], byte[]> record) {
        long content = content(record);
        long asked = BATCH + MOST_OF_RECORD + content; // the client reckons with the most it may become
        long own = LEAST_OF_RECORD + content;
        long stored = BATCH + varint(own) + own;
        Integer limit = isCompressed ? null : topics.get(record.topic());
        boolean tooMuchToAsk = asked > request;
        boolean tooMuchToStore = limit != null && stored > limit;
        if (!tooMuchToAsk && !tooMuchToStore) {
            return null;
        }
        StringBuilder words = new StringBuilder(
                "topic \"" + record.topic() + "\": a record of " + asked + " bytes" + " (expected: at most ");
        if (tooMuchToAsk) {
            words.append(request).append(", which withProperty(\"max.request.size\", ...) raises");
        }
        if (tooMuchToStore) {
            words.append(tooMuchToAsk ? ", and at most " : "")
                    .append(limit)
                    .append(", which max.message.bytes of the topic raises");
        }
        return words.append(')').toString();
    }

    /** What is known of a record that the broker has refused though it should fit. */
    String refused(ProducerRecord<byte[], byte[]> record) {
        Integer limit = topics.get(record.topic());
        return "topic \"" + record.topic() + "\": a record of " + size(record)
                + " bytes, the largest of those that were refused (expected: at most what max.message.bytes of the topic"
                + " allows" + (limit == null ? "" : ", " + limit + " at the start") + "; raise it)";
    }

    /** As the producer reckons before it compresses. */
    static long size(ProducerRecord<byte[], byte[]> record) {
        return BATCH + MOST_OF_RECORD + content(record);
    }

    private static long content(ProducerRecord<byte[], byte[]> record) {
        long size = block(record.key()) + block(record.value());
        Header[] headers = record.headers().toArray(); // which makes nothing where there are none, as for most results
        for (Header header : headers) {
            size += block(header.key().getBytes(StandardCharsets.UTF_8)) + block(header.value());
        }
        return size + varint(headers.length);
    }

    private static long block(byte @Nullable [] bytes) {
        return bytes == null ? 1 : varint(bytes.length) + (long) bytes.length;
    }

    /** Bytes of a number that is not negative. */
    private static int varint(long number) {
        int bytes = 1;
        for (long rest = number << 1; (rest & ~0x7FL) != 0; rest >>>= 7) {
            bytes++;
        }
        return bytes;
    }
}
