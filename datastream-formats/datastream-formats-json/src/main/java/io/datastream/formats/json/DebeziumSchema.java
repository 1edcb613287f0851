package io.datastream.formats.json;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** Finds its way in the schema of a document, as Kafka Connect writes it. */
final class DebeziumSchema {
    private DebeziumSchema() {}

    /** The schema of a field of a struct; null if none is known. */
    static @Nullable JsonNode field(@Nullable JsonNode struct, String name) {
        if (struct == null) {
            return null;
        }
        for (JsonNode field : struct.path("fields")) {
            if (field.path("field").asText().equals(name)) {
                return field;
            }
        }
        return null;
    }

    /** The schema of the elements of a list, or of the values of a map; null if none is known. */
    static @Nullable JsonNode elements(@Nullable JsonNode container, String part) {
        return container == null ? null : container.get(part);
    }

    /** What the number or text stands for; the empty text if for itself, or if no schema is known. */
    static String meaning(@Nullable JsonNode schema) {
        return schema == null ? "" : schema.path("name").asText("");
    }
}
