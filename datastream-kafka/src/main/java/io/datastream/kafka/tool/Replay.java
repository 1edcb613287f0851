package io.datastream.kafka.tool;

import io.datastream.kafka.internal.LetterHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * Plays letters again, in one transaction: the original record goes to the partition it came from, with its key, headers
 * and timestamp, and one more header that counts how often. Where a letter has no original, the record is looked up in its
 * source.
 */
final class Replay implements AutoCloseable {
    private final Connection connection;
    private final @Nullable KafkaProducer<byte[], byte[]> producer;
    private @Nullable KafkaConsumer<byte[], byte[]> lookup;
    private final Map<String, Integer> partitions = new HashMap<>();
    private long count;

    Replay(Connection connection, boolean really) {
        this.connection = connection;
        this.producer = really ? connection.producer() : null;
        if (producer != null) {
            try {
                producer.initTransactions();
                producer.beginTransaction();
            } catch (KafkaException e) {
                producer.close(Duration.ZERO);
                throw connection.failed("beginning a transaction", e);
            }
        }
    }

    /** Plays a letter. Returns why that cannot be done, or null. */
    @Nullable
    String add(Letter letter) {
        TopicPartition source = letter.source();
        if (source == null) {
            return "it comes from no single record";
        }
        int known = partitions.computeIfAbsent(source.topic(), topic -> {
            Integer found = connection.partitions(topic);
            return found == null ? 0 : found;
        });
        if (source.partition() >= known) {
            return known == 0
                    ? "topic " + source.topic() + " does not exist"
                    : source + " does not exist: the topic has " + known + " partitions";
        }
        if (letter.hasOriginal()) {
            send(source, letter.number(LetterHeaders.TIMESTAMP), letter.record(), letter.replays());
            return null;
        }
        ConsumerRecord<byte[], byte[]> original = find(source, letter.offset());
        if (original == null) {
            return "its record " + source + "@" + letter.offset() + " is gone";
        }
        send(source, original.timestamp(), original, new Letter(original).replays());
        return null;
    }

    private void send(TopicPartition to, long timestamp, ConsumerRecord<byte[], byte[]> record, int replays) {
        count++;
        if (producer == null) {
            return;
        }
        List<Header> headers = new ArrayList<>();
        for (Header header : record.headers()) {
            if (!LetterHeaders.isOurs(header.key()) && !header.key().equals(LetterHeaders.REPLAYS)) {
                headers.add(header);
            }
        }
        headers.add(new RecordHeader(
                LetterHeaders.REPLAYS, String.valueOf(replays + 1).getBytes(StandardCharsets.UTF_8)));
        try {
            sendLater(
                    new ProducerRecord<>(to.topic(), to.partition(), timestamp, record.key(), record.value(), headers));
        } catch (KafkaException e) {
            throw connection.failed("writing to " + to + " (nothing was replayed)", e);
        }
    }

    /** A record that cannot be sent makes the commit fail. */
    @SuppressWarnings("FutureReturnValueIgnored")
    private void sendLater(ProducerRecord<byte[], byte[]> record) {
        if (producer != null) {
            producer.send(record);
        }
    }

    private @Nullable ConsumerRecord<byte[], byte[]> find(TopicPartition source, long offset) {
        KafkaConsumer<byte[], byte[]> consumer = lookup;
        if (consumer == null) {
            consumer = connection.consumer();
            lookup = consumer;
        }
        try {
            consumer.assign(List.of(source));
            consumer.seek(source, offset);
            long end = System.nanoTime() + connection.timeout().toNanos();
            while (System.nanoTime() < end) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    return record.offset() == offset ? record : null;
                }
                if (consumer.position(source) > offset) {
                    return null;
                }
            }
            throw connection.failed("reading " + source + "@" + offset, new java.util.concurrent.TimeoutException());
        } catch (OffsetOutOfRangeException e) {
            return null;
        } catch (KafkaException e) {
            throw connection.failed("reading " + source + "@" + offset, e);
        }
    }

    long count() {
        return count;
    }

    /** Lets all records appear at once. */
    void commit() {
        if (producer != null) {
            try {
                producer.commitTransaction();
            } catch (KafkaException e) {
                throw connection.failed("committing; list the source's last records to see whether it was", e);
            }
        }
    }

    @Override
    public void close() {
        if (producer != null) {
            producer.close(Duration.ofSeconds(2)); // what is not committed is aborted
        }
        if (lookup != null) {
            lookup.close();
        }
    }
}
