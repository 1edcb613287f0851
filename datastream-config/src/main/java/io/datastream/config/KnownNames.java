package io.datastream.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Every key that may be given: those of the options, and for a confidential option the key of its file. */
final class KnownNames {
    /** Behind the key of a confidential option: the key of a file that holds the value. */
    static final String FILE = ".file";

    /** A name with one of these in it is taken for a secret when it is not known. */
    private static final Set<String> SENSITIVE =
            Set.of("pass", "pwd", "secret", "token", "credential", "key", "auth", "private");

    private final Map<String, Option<?>> byKey = new LinkedHashMap<>();
    private final Map<String, String> keyByFlag = new LinkedHashMap<>();

    KnownNames(List<Option<?>> options) {
        for (Option<?> option : options) {
            add(option.key(), option);
            if (option.isConfidential()) {
                add(option.key() + FILE, option);
            }
        }
    }

    private void add(String key, Option<?> option) {
        String other = keyByFlag.putIfAbsent(Names.dashed(key), key);
        if (other != null) {
            throw new IllegalArgumentException("option: " + key
                    + (other.equals(key) ? " twice" : " beside " + other)
                    + " (expected: keys whose names differ on the command line and in the environment)");
        }
        byKey.put(key, option);
    }

    /** All keys, in the order of the options. */
    List<String> keys() {
        return new ArrayList<>(byKey.keySet());
    }

    boolean isKnown(String key) {
        return byKey.containsKey(key);
    }

    /** The option that reads this key, itself or as the key of its file. */
    Optional<Option<?>> option(String key) {
        return Optional.ofNullable(byKey.get(key));
    }

    /** Whether the key names the file of a confidential option, whose path may be shown. */
    boolean isFileKey(String key) {
        Option<?> option = byKey.get(key);
        return option != null && !option.key().equals(key);
    }

    /** Whether the value of this known key must not be shown. */
    boolean isHidden(String key) {
        Option<?> option = byKey.get(key);
        return option != null && option.isConfidential() && option.key().equals(key);
    }

    /** Whether there are keys below this one: {@code kafka} when {@code kafka.broker} is known. */
    boolean isGroup(String path) {
        return byKey.keySet().stream().anyMatch(key -> key.startsWith(path + "."));
    }

    /** The key behind a name of the command line, without its two dashes. */
    Optional<String> keyOfFlag(String flag) {
        return Optional.ofNullable(keyByFlag.get(Names.dashed(flag)));
    }

    Optional<String> nearest(String typed) {
        return Similar.nearest(typed, byKey.keySet());
    }

    /** Whether an unknown name may be a mistyped name of a secret, so that its value must not be shown. */
    boolean maySecret(String typed) {
        String lower = typed.toLowerCase(Locale.ROOT);
        return SENSITIVE.stream().anyMatch(lower::contains)
                || secretBefore(typed).isPresent()
                || nearest(typed).map(this::isHidden).orElse(false);
    }

    /**
     * An unknown name as it may be shown. Who forgets the sign between name and value writes {@code passwordhunter2}:
     * what follows the name of a secret is hidden.
     */
    String shown(String typed) {
        Optional<String> secret = secretBefore(typed);
        return Text.oneLine(
                secret.isPresent() ? typed.substring(0, secret.get().length()) + Secret.MASK : typed, Text.MAX_SHOWN);
    }

    private Optional<String> secretBefore(String typed) {
        String plain = Names.dashed(typed.toLowerCase(Locale.ROOT).replace('_', '-'));
        return byKey.keySet().stream()
                .filter(this::isHidden)
                .filter(key -> plain.startsWith(Names.dashed(key)))
                .findFirst();
    }
}
