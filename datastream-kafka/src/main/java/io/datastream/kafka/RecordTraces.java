package io.datastream.kafka;

import io.datastream.engine.PipelineTracing;
import io.datastream.engine.TraceScope;
import io.datastream.plan.Stage;
import io.datastream.topic.RecordHeader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** The traces of the records of one partition, as one stage reads it. */
final class RecordTraces {
    /** A longer header is no part of a trace: with all its members a state of a trace has about as much. */
    static final int LONGEST = 8 * 1024;

    final TraceScope scope;

    private final PipelineTracing tracing;
    private final String[] names;

    RecordTraces(PipelineTracing tracing, TraceScope scope) {
        this.tracing = tracing;
        this.scope = scope;
        this.names = tracing.headerNames().toArray(String[]::new);
    }

    /** Those of a chain; null if records are not traced. */
    static @Nullable RecordTraces of(WorkerHost host, Stage stage, TopicPartition partition) {
        PipelineTracing tracing = host.tracing();
        if (tracing == null || tracing.headerNames().isEmpty()) {
            return null;
        }
        Topology topology = host.topology();
        TraceScope scope = tracing.scope(
                topology.groupOf(partition.topic()), topology.nameOf(stage), partition.topic(), partition.partition());
        return new RecordTraces(tracing, scope);
    }

    /** The headers that may say a trace, of several with one name the last; null for none. */
    @Nullable
    List<RecordHeader> find(Headers headers) {
        List<RecordHeader> found = null;
        for (String name : names) {
            Header header = headers.lastHeader(name);
            if (header != null && header.value() != null && header.value().length <= LONGEST) {
                found = found == null ? new ArrayList<>(names.length) : found;
                found.add(new RecordHeader(name, header.value()));
            }
        }
        return found;
    }

    /** The headers of each row of a pack that has a trace. */
    Map<Integer, List<RecordHeader>> ofPack(Headers headers) {
        Header header = headers.lastHeader(PackTraces.HEADER);
        if (header == null || header.value() == null) {
            return Map.of();
        }
        try {
            return PackTraces.decode(header.value());
        } catch (IOException e) {
            tracing.failed(new IOException("header " + PackTraces.HEADER + " of an exchange: " + e.getMessage(), e));
            return Map.of();
        }
    }
}
