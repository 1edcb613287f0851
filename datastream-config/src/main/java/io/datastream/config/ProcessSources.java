package io.datastream.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads system properties and environment. Each gives two layers: names with the prefix of the library, which are
 * nobody else's, go over plain ones.
 */
final class ProcessSources {
    private final KnownNames names;
    private final List<ConfigProblem> problems;

    ProcessSources(KnownNames names, List<ConfigProblem> problems) {
        this.names = names;
        this.problems = problems;
    }

    /**
     * An unknown property with the prefix is a problem only when it is near a known one: the library has switches of its
     * own, such as {@code datastream.conformance}, that are no options of this application.
     */
    List<Layer> systemProperties(Map<String, String> properties) {
        Layer prefixed = new Layer();
        Layer plain = new Layer();
        properties.forEach((name, value) -> {
            Raw raw = Raw.text(value, "system property " + Text.oneLine(name, Text.MAX_SHOWN));
            if (!name.startsWith(Names.PROPERTY_PREFIX)) {
                if (names.isKnown(name)) {
                    plain.put(name, raw);
                }
                return;
            }
            String key = name.substring(Names.PROPERTY_PREFIX.length());
            if (names.isKnown(key)) {
                prefixed.put(key, raw);
            } else if (!key.equals(Names.CONFIG)) {
                names.nearest(key)
                        .ifPresent(near -> problems.add(new ConfigProblem(
                                Names.PROPERTY_PREFIX + names.shown(key),
                                raw.found(names.maySecret(key)),
                                "a known key; did you mean " + Names.PROPERTY_PREFIX + near + "?")));
            }
        });
        return List.of(prefixed, plain);
    }

    /** The environment is shared, so unknown variables are ignored; those with the prefix are meant for us. */
    List<Layer> environment(Map<String, String> variables) {
        Map<String, String> keys = new HashMap<>();
        names.keys().forEach(key -> keys.put(Names.environment(key), key));
        Set<String> own = Set.of(Names.environment(Names.CONFIG));
        Layer prefixed = new Layer();
        Layer plain = new Layer();
        variables.forEach((name, value) -> {
            Raw raw = Raw.text(value, "environment " + Text.oneLine(name, Text.MAX_SHOWN));
            boolean isPrefixed = name.startsWith(Names.ENVIRONMENT_PREFIX);
            String plainName = isPrefixed ? name.substring(Names.ENVIRONMENT_PREFIX.length()) : name;
            String key = keys.get(plainName);
            if (key != null) {
                if (!value.isEmpty()) {
                    (isPrefixed ? prefixed : plain).put(key, raw);
                }
            } else if (isPrefixed && !own.contains(plainName)) {
                String hint = names.nearest(plainName)
                        .map(near -> "; did you mean " + Names.ENVIRONMENT_PREFIX + Names.environment(near) + "?")
                        .orElse("");
                problems.add(new ConfigProblem(
                        Names.ENVIRONMENT_PREFIX + names.shown(plainName),
                        raw.found(names.maySecret(plainName)),
                        "a known variable" + hint));
            }
        });
        return List.of(prefixed, plain);
    }
}
