package io.datastream.kafka;

import io.datastream.codec.Codec;
import io.datastream.plan.Stage;
import java.util.Objects;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Finds the record that makes a transaction too large for Kafka, and says whose it is. */
final class OversizedRecord {
    private final Topology topology;
    private final RecordLimits limits;
    private @Nullable ProducerRecord<byte[], byte[]> largest;

    OversizedRecord(Topology topology, RecordLimits limits) {
        this.topology = topology;
        this.limits = limits;
    }

    /** One of the records of the transaction. */
    void look(ProducerRecord<byte[], byte[]> record) {
        if (largest == null || rank(record) > rank(largest)) {
            largest = record;
        }
    }

    /** Those that cannot be sent come first; topics differ in what they take. */
    private long rank(ProducerRecord<byte[], byte[]> record) {
        return RecordLimits.size(record) + (limits.excess(record) == null ? 0 : Long.MAX_VALUE / 2);
    }

    /** The error of the pipeline. */
    IllegalStateException error(Throwable cause) {
        ProducerRecord<byte[], byte[]> record = Objects.requireNonNull(largest);
        String excess = limits.excess(record);
        return new IllegalStateException(owner(record) + (excess == null ? limits.refused(record) : excess), cause);
    }

    private String owner(ProducerRecord<byte[], byte[]> record) {
        Stage exchange = topology.exchange(record.topic());
        if (exchange != null && PackReader.kind(record.value()) == PackWriter.ROWS) {
            return "a row after step \"" + largestRow(record.value()) + "\" is too large: ";
        }
        if (topology.isChangelog(record.topic())) {
            ChangelogKey key = ChangelogKey.decode(record.key());
            return "state of step \"" + key.step() + "\" for one key is too large: ";
        }
        return "";
    }

    /** The step whose row is the largest of a pack. */
    private static String largestRow(byte[] bytes) {
        Codec<Object> raw = Codec.of(any -> new byte[0], block -> block);
        PackReader pack = new PackReader(bytes);
        long most = -1;
        int port = 0;
        while (pack.next()) {
            pack.key(raw);
            int size = ((byte[]) pack.value(raw)).length;
            if (size > most) {
                most = size;
                port = pack.port;
            }
        }
        return pack.ports.get(port);
    }
}
