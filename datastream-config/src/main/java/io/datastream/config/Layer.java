package io.datastream.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What one source says, by key. Layers are asked in the order of their precedence. */
final class Layer {
    private final Map<String, Raw> values = new LinkedHashMap<>();

    void put(String key, Raw value) {
        values.put(key, value);
    }

    Optional<Raw> get(String key) {
        return Optional.ofNullable(values.get(key));
    }
}
