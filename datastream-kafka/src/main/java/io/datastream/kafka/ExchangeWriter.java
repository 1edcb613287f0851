package io.datastream.kafka;

import io.datastream.codec.Codec;
import io.datastream.codec.CodecException;
import io.datastream.engine.PortableCodec;
import io.datastream.engine.StableHash;
import io.datastream.engine.TaskOutput.RowTarget;
import io.datastream.engine.TraceScope;
import io.datastream.error.Masking;
import io.datastream.error.PipelineException;
import io.datastream.plan.Node;
import io.datastream.plan.Node.CrossingNode;
import io.datastream.plan.Node.KeyNode;
import io.datastream.plan.Stage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** What one task gives to one exchange: rows in packs, and marks. */
final class ExchangeWriter {
    private static final int MOST_KEYS = 10_000;

    final String topic;
    final int partitions;
    final Stage target;

    private final WorkerHost host;
    private final PartitionTask owner;
    private final String stage;
    private final int partition;
    private final Codec<Object> keyCodec;
    private final @Nullable Codec<Object> givenKeyCodec;
    private final PackWriter[] packs;
    private final @Nullable TraceScope traces;

    /** Bytes and partition of keys seen of late. */
    private final Map<Object, Place> places = new HashMap<>();

    private Mark wanted = Mark.NONE;

    /** Numbers of marks: of the one that is wanted, of the one in the transaction under way, and of the last one told. */
    private int number;

    private int telling;
    private int told;

    @SuppressWarnings("ArrayRecordComponent")
    private record Place(byte[] key, int partition) {}

    ExchangeWriter(
            WorkerHost host, PartitionTask owner, Stage from, int number, Stage target, @Nullable TraceScope traces) {
        this.host = host;
        this.owner = owner;
        this.target = target;
        this.traces = traces;
        this.topic = host.topology().topicOf(target);
        this.partitions = host.topology().partitions(topic);
        this.stage = host.topology().nameOf(from);
        this.partition = number;
        this.keyCodec = keyCodec(target);
        this.givenKeyCodec = Objects.requireNonNull(target.key()).codec();
        List<String> ports = target.ports().stream().map(host.plan()::nameOf).toList();
        this.packs = new PackWriter[partitions];
        for (int i = 0; i < partitions; i++) {
            packs[i] = new PackWriter(stage, partition, ports);
        }
    }

    static Codec<Object> keyCodec(Stage stage) {
        KeyNode key = Objects.requireNonNull(stage.key());
        return key.codec() == null ? PortableCodec.keys() : key.codec();
    }

    static Codec<Object> valueCodec(Node port) {
        return port instanceof CrossingNode crossing && crossing.codec() != null
                ? crossing.codec()
                : PortableCodec.rows();
    }

    RowTarget port(int port) {
        Node node = target.ports().get(port);
        Codec<Object> valueCodec = valueCodec(node);
        return (origin, offset, time, behind, key, value) -> {
            if (owner.isReplaying()) {
                return; // it was given out when it was read for the first time
            }
            try {
                Place place = places.get(key);
                if (place == null) {
                    place = place(key);
                }
                PackWriter pack = packs[place.partition()];
                byte[] bytes = bytes(node, valueCodec, value);
                pack.row(port, offset, time, behind, key, place.key(), bytes);
                if (traces != null && bytes.length <= PackWriter.FULL) {
                    pack.traced(traces.headers());
                }
                if (pack.isFull()) {
                    flush(place.partition());
                }
            } catch (CodecException e) {
                throw unwritable(node, e, e);
            }
        };
    }

    private byte[] bytes(Node node, Codec<Object> codec, Object value) {
        try {
            return codec.encode(value);
        } catch (RuntimeException e) {
            throw unwritable(node, e, Masking.failed(e, value));
        }
    }

    private PipelineException unwritable(Node node, Exception error, Exception told) {
        return new PipelineException(
                "exchange " + topic + ": row after step \""
                        + host.plan().nameOf(node) + "\": "
                        + (error instanceof CodecException ? told.getMessage() : told.toString())
                        + " (expected: a codec, by withCodec(...) just before the first step with state)",
                told);
    }

    private Place place(Object key) {
        if (places.size() == MOST_KEYS) {
            places.clear();
        }
        // the same as on a local runtime, so that results are the same where they are regrouped twice
        Place place = new Place(keyCodec.encode(key), StableHash.shard(key, givenKeyCodec, partitions));
        places.put(key, place);
        return place;
    }

    /** Closes the packs, so that all rows are among the owner's outputs. */
    void flush() {
        for (int i = 0; i < partitions; i++) {
            if (!packs[i].isEmpty()) {
                flush(i);
            }
        }
    }

    private void flush(int partition) {
        byte[] traced = packs[partition].takeTraces();
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, partition, null, packs[partition].take());
        if (traced != null) {
            record.headers().add(PackTraces.HEADER, traced);
        }
        owner.output(record);
    }

    /**
     * How far the task has come.
     *
     * @param idle whether it has nothing to give
     * @param proved whether that was found out anew; it must not have been asked for while {@link #isProving}
     */
    void mark(long watermark, boolean idle, boolean proved) {
        if (proved || watermark != wanted.watermark() || idle != wanted.idle()) {
            wanted = new Mark(stage, partition, watermark, idle, proved || (idle && isProving()));
            number++;
        }
    }

    /** Whether there is a mark that the exchange does not have yet. */
    boolean hasMark() {
        return number != told;
    }

    /** Whether there is a proof that the task is idle which the exchange does not have yet. */
    boolean isProving() {
        return hasMark() && wanted.proved();
    }

    /** Adds what is to be told to the marks of the transaction. */
    void tell(Map<String, List<Mark>> marks) {
        telling = number;
        if (hasMark()) {
            marks.computeIfAbsent(topic, any -> new ArrayList<>()).add(wanted);
        }
    }

    /** The transaction with the marks was committed. */
    void committed() {
        told = telling;
    }
}
