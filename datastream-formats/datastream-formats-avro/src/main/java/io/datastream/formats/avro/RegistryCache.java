package io.datastream.formats.avro;

import io.datastream.codec.CodecException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;

/** What the registry has said: schemas and numbers for ever, that a number is unknown for a short time. */
final class RegistryCache {
    private static final long UNKNOWN_NANOS = Duration.ofSeconds(10).toNanos();
    private static final int MOST_UNKNOWN = 1_000;

    private final RegistryClient client;
    private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();
    private final Map<SubjectSchema, Integer> ids = new ConcurrentHashMap<>();
    private final Map<Integer, Long> unknown = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Long> eldest) {
            return size() > MOST_UNKNOWN;
        }
    };

    RegistryCache(RegistryClient client) {
        this.client = client;
    }

    Schema schema(int id) {
        Schema known = schemas.get(id);
        if (known != null) {
            return known;
        }
        synchronized (unknown) {
            Long asked = unknown.get(id);
            if (asked != null && System.nanoTime() - asked < UNKNOWN_NANOS) {
                throw unknown(id);
            }
        }
        try {
            Schema found = client.schema(id);
            schemas.put(id, found);
            return found;
        } catch (RegistryClient.NotFoundException e) {
            synchronized (unknown) {
                unknown.put(id, System.nanoTime());
            }
            throw unknown(id);
        }
    }

    private CodecException unknown(int id) {
        return new CodecException("schema " + id + ": unknown to the registry at " + client.address()
                + " (expected: one of its schemas)");
    }

    int id(String subject, Schema schema, Registration registration) {
        SubjectSchema key = new SubjectSchema(subject, schema);
        Integer known = ids.get(key);
        if (known == null) {
            known = client.id(subject, schema, registration);
            ids.put(key, known);
        }
        return known;
    }

    private record SubjectSchema(String subject, Schema schema) {}
}
