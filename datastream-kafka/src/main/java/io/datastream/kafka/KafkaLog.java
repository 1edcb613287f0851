package io.datastream.kafka;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.datastream.codec.Decoder;
import io.datastream.kafka.internal.Right;
import io.datastream.log.Appended;
import io.datastream.log.DurableLog;
import io.datastream.log.KeyReusedException;
import io.datastream.log.LogException;
import io.datastream.log.LogStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.CRC32C;
import org.apache.kafka.clients.admin.AdminClient;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A durable log on a topic of Kafka with one partition: in front of a source that cannot be read again, whose records are
 * processed on {@link KafkaRuntime}, here or in other JVMs. Made by {@link KafkaRuntime#openLog}.
 *
 * <pre>{@code
 * KafkaRuntime runtime = KafkaRuntime.at(broker);
 * try (KafkaLog log = runtime.openLog("readings")) {
 *     log.append(records, null);                                        // returns when the brokers have them
 *     Pipeline.from(log.source(codec).logTime())...                     // started by runtime, or elsewhere
 * }
 * }</pre>
 *
 * <p>A batch is a transaction, so it is there as a whole or not at all. {@link #append} returns when all replicas that the topic
 * asks for have it ({@code acks=all}). If the answer to a commit is lost, append fails, and it is found out before the next batch
 * which it was: sent once more with the same key, the batch is recognized, and is there once. One batch is under way at a
 * time; an interrupt ends the wait, as a failure.
 *
 * <p>One program writes to the topic: whoever opens it takes it over, and transactions that another one has open are ended. What
 * becomes of old records is said by the topic's retention. The log's time of a record is that of appending it.
 */
public final class KafkaLog implements DurableLog, AutoCloseable {
    /** How many records are read back when a log is opened: the keys of their batches are known again. */
    public static final int READ_BACK = 10_000;

    /** The largest record of a topic that is created for a log, in bytes. */
    public static final int LARGEST_RECORD = 16 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(KafkaLog.class);
    private static final String KEY_HEADER = "datastream.batch";
    private static final Duration READ_LIMIT = Duration.ofSeconds(30);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);
    private static final int MOST_KEYS = READ_BACK;

    /** What was kept for a key. */
    private record Kept(long offset, int count, long fingerprint) {}

    private final KafkaSettings settings;
    private final String topic;
    private final TopicPartition partition;
    private final String id;
    private final ReentrantLock lock = new ReentrantLock();

    // guarded by the lock
    private final LinkedHashMap<String, Kept> keys = new LinkedHashMap<>();
    private byte @Nullable [] last;
    private @Nullable Producer<byte[], byte[]> producer;
    private boolean closed;

    /** The offset behind all that was read back or appended. */
    private long end = -1;

    private volatile @Nullable String failure;

    private KafkaLog(KafkaSettings settings, String topic) {
        this.settings = settings;
        this.topic = topic;
        this.partition = new TopicPartition(topic, 0);
        this.id = "datastream-log-" + topic;
    }

    /** Opens the log of a topic, which is created if it is not there. */
    static KafkaLog open(KafkaSettings settings, String topic) {
        try (AdminClient admin = new FirstContact(settings).connect(Map.of("client.id", "datastream-log-admin"))) {
            TopicAdmin topics = new TopicAdmin(admin, settings, List.of(Right.topic(AclOperation.WRITE, topic)));
            int partitions = topics.ensureLog(topic, LARGEST_RECORD);
            if (partitions != 1) {
                throw new IllegalArgumentException("topic \"" + topic + "\": " + partitions
                        + " partitions (expected: 1, since a log has one order)");
            }
        }
        KafkaLog log = new KafkaLog(settings, topic);
        log.lock.lock();
        try {
            log.begin();
        } finally {
            log.lock.unlock();
        }
        LOG.info("log {}: opened, up to offset {}", topic, log.end - 1);
        return log;
    }

    /** Takes the topic over, and learns what is in it. */
    private void begin() {
        Producer<byte[], byte[]> made = null;
        try {
            made = new KafkaProducer<>(
                    settings.logProducer(id, LARGEST_RECORD), new ByteArraySerializer(), new ByteArraySerializer());
            made.initTransactions(); // the broker decides on what is open
            readOn();
            producer = made;
        } catch (KafkaException | IllegalStateException e) {
            if (made != null) {
                made.close(Duration.ZERO);
            }
            throw failed("cannot be taken over", e);
        }
    }

    /** Reads what others, or commits with an unknown outcome, have added. */
    private void readOn() {
        try (Consumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                settings.restorer(id + "-reader"), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> all = List.of(partition);
            consumer.assign(all);
            long begin = Objects.requireNonNull(consumer.beginningOffsets(all).get(partition));
            long target = Objects.requireNonNull(consumer.endOffsets(all).get(partition));
            long from = Math.max(begin, end < 0 ? target - READ_BACK : end);
            consumer.seek(partition, from);
            ReadBack back = new ReadBack(from > begin && end < 0);
            long limit = System.nanoTime() + READ_LIMIT.toNanos();
            while (consumer.position(partition) < target) {
                if (System.nanoTime() > limit) {
                    throw new IllegalStateException("offset " + target + " was not reached within " + READ_LIMIT);
                }
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    back.add(record);
                }
            }
            back.endBatch();
            end = Math.max(target, from);
        }
    }

    /** Puts batches together again. */
    private final class ReadBack {
        private boolean isCut;
        private @Nullable String key;
        private long offset;
        private int count;
        private Fingerprint fingerprint = new Fingerprint();

        /** @param isCut whether the first batch may have begun before */
        ReadBack(boolean isCut) {
            this.isCut = isCut;
        }

        void add(ConsumerRecord<byte[], byte[]> record) {
            byte[] value = record.value() == null ? new byte[0] : record.value();
            Header header = record.headers().lastHeader(KEY_HEADER);
            String found = header == null ? null : new String(header.value(), US_ASCII);
            if (key == null || !key.equals(found)) {
                endBatch();
                key = found;
                offset = record.offset();
            }
            count++;
            fingerprint.add(value);
            last = value;
        }

        void endBatch() {
            if (key != null && !isCut) {
                remember(key, new Kept(offset, count, fingerprint.value()));
            }
            isCut &= count == 0;
            key = null;
            count = 0;
            fingerprint = new Fingerprint();
        }
    }

    /** Of the records of a batch, to see whether a batch with a known key is the known one. */
    private static final class Fingerprint {
        private final CRC32C crc = new CRC32C();
        private int bytes;

        void add(byte[] record) {
            for (int shift = 24; shift >= 0; shift -= 8) {
                crc.update(record.length >>> shift);
            }
            crc.update(record);
            bytes += record.length;
        }

        static long of(List<byte[]> records) {
            Fingerprint fingerprint = new Fingerprint();
            records.forEach(fingerprint::add);
            return fingerprint.value();
        }

        long value() {
            return crc.getValue() << 32 | (bytes & 0xffffffffL);
        }
    }

    private void remember(String key, Kept kept) {
        keys.remove(key);
        keys.put(key, kept);
        if (keys.size() > MOST_KEYS) {
            keys.remove(keys.keySet().iterator().next());
        }
    }

    @Override
    public Appended append(List<byte[]> records, @Nullable String key) {
        checkKey(key);
        lock.lock();
        try {
            if (closed) {
                throw new LogException("log " + topic + ": is closed (expected: an open log)", null);
            }
            if (records.isEmpty()) {
                return new Appended(end, 0, false);
            }
            if (producer == null) {
                begin();
            }
            long fingerprint = key == null ? 0 : Fingerprint.of(records);
            Kept known = key == null ? null : keys.get(key);
            if (known != null) {
                if (known.fingerprint() != fingerprint) {
                    throw new KeyReusedException(
                            "key: " + key + ": known for other records (expected: a new key for each batch)");
                }
                return new Appended(known.offset(), known.count(), true);
            }
            long offset = commit(records, key);
            end = offset + records.size() + 1; // and the mark of the commit
            last = records.get(records.size() - 1);
            if (key != null) {
                remember(key, new Kept(offset, records.size(), fingerprint));
            }
            failure = null;
            return new Appended(offset, records.size(), false);
        } finally {
            lock.unlock();
        }
    }

    private static void checkKey(@Nullable String key) {
        if (key == null) {
            return;
        }
        boolean fine =
                !key.isEmpty() && key.length() <= LONGEST_KEY && key.chars().allMatch(c -> c > ' ' && c < 0x7f);
        if (!fine) {
            throw new IllegalArgumentException(
                    "key: " + key.length() + " characters (expected: 1 to " + LONGEST_KEY + " visible ones of ASCII)");
        }
    }

    private long commit(List<byte[]> records, @Nullable String key) {
        Producer<byte[], byte[]> open = Objects.requireNonNull(producer);
        Headers headers = new RecordHeaders();
        if (key != null) {
            headers.add(KEY_HEADER, key.getBytes(US_ASCII));
        }
        try {
            open.beginTransaction();
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (byte[] record : records) {
                sent.add(open.send(new ProducerRecord<>(topic, 0, null, null, record, headers)));
            }
            open.commitTransaction(); // fails if anything was not sent
            return sent.get(0).get().offset();
        } catch (KafkaException | IllegalStateException | ExecutionException e) {
            giveUp(open);
            throw failed("the batch may not be durable", e);
        } catch (InterruptedException e) {
            giveUp(open);
            Thread.currentThread().interrupt();
            throw failed("the batch may not be durable", e);
        }
    }

    /** What became of the transaction is found out by the next producer. */
    private void giveUp(Producer<byte[], byte[]> open) {
        producer = null;
        open.close(Duration.ZERO);
    }

    private LogException failed(String what, Exception e) {
        String message = "log " + topic + ": " + what + ": " + KafkaErrors.words(e)
                + " (expected: brokers at " + settings.bootstrapServers + " that take it"
                + (KafkaErrors.isFenced(e) ? ", and no other program that has opened the log" : "") + ")";
        failure = message;
        return new LogException(message, e);
    }

    @Override
    public byte @Nullable [] last() {
        lock.lock();
        try {
            return last;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public <T> KafkaSource<T> source(Decoder<T> decoder) {
        return KafkaSource.topic(topic, decoder);
    }

    @Override
    public LogStatus status() {
        return new LogStatus(-1, -1, failure);
    }

    /** Waits for a batch that is being appended, and lets the topic go. Pipelines that read from it may go on. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            Producer<byte[], byte[]> open = producer;
            producer = null;
            if (open != null) {
                open.close(CLOSE_LIMIT);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The topic. */
    @Override
    public String toString() {
        return "KafkaLog " + topic;
    }
}
