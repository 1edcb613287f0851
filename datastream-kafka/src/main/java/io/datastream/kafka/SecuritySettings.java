package io.datastream.kafka;

import io.datastream.secret.SecretSource;
import java.net.URI;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads {@link KafkaSecurity} from plain settings, and gathers all that is wrong with them. */
final class SecuritySettings {
    private static final String PROTOCOL = "KAFKA_SECURITY_PROTOCOL";
    private static final String MECHANISM = "KAFKA_SASL_MECHANISM";
    private static final String USER = "KAFKA_SASL_USERNAME";
    private static final String PASSWORD = "KAFKA_SASL_PASSWORD";
    private static final String ENDPOINT = "KAFKA_SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL";
    private static final String CLIENT = "KAFKA_SASL_OAUTHBEARER_CLIENT_ID";
    private static final String CLIENT_SECRET = "KAFKA_SASL_OAUTHBEARER_CLIENT_SECRET";
    private static final String SCOPE = "KAFKA_SASL_OAUTHBEARER_SCOPE";
    private static final String TOKEN = "KAFKA_SASL_OAUTHBEARER_TOKEN";
    private static final String TRUST = "KAFKA_SSL_TRUSTSTORE_LOCATION";
    private static final String TRUST_PASSWORD = "KAFKA_SSL_TRUSTSTORE_PASSWORD";
    private static final String STORE = "KAFKA_SSL_KEYSTORE_LOCATION";
    private static final String STORE_PASSWORD = "KAFKA_SSL_KEYSTORE_PASSWORD";
    private static final String CERTIFICATES = "KAFKA_SSL_CERTIFICATE_LOCATION";
    private static final String KEY = "KAFKA_SSL_KEY_LOCATION";
    private static final String KEY_PASSWORD = "KAFKA_SSL_KEY_PASSWORD";

    private static final String FILE = "_FILE";
    private static final Set<String> SECRETS =
            Set.of(PASSWORD, CLIENT_SECRET, TOKEN, TRUST_PASSWORD, STORE_PASSWORD, KEY_PASSWORD);
    private static final Set<String> OPEN =
            Set.of(PROTOCOL, MECHANISM, USER, ENDPOINT, CLIENT, SCOPE, TRUST, STORE, CERTIFICATES, KEY);
    private static final List<String> PROTOCOLS = List.of("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL");
    private static final List<String> MECHANISMS = List.of("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER");

    private final Map<String, String> given = new TreeMap<>();
    private final Set<String> used = new LinkedHashSet<>();
    private final List<String> problems = new ArrayList<>();

    SecuritySettings(Map<String, String> settings) {
        new TreeMap<>(settings).forEach((name, value) -> {
            String known = name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
            if (isKnown(known) && !value.isEmpty()) {
                String before = given.put(known, value);
                if (before != null && !before.equals(value)) {
                    problems.add(known + ": given twice, with two values (expected: once)");
                }
            }
        });
    }

    private static boolean isKnown(String name) {
        return OPEN.contains(name)
                || SECRETS.contains(name)
                || name.endsWith(FILE) && SECRETS.contains(name.substring(0, name.length() - FILE.length()));
    }

    KafkaSecurity security() {
        KafkaSecurity security = read();
        for (String name : given.keySet()) {
            if (!used.contains(name) && problems.isEmpty()) {
                problems.add(name + ": set, but not used (expected: only what goes with " + security + ")");
            }
        }
        if (!problems.isEmpty()) {
            String count = problems.size() == 1 ? "1 problem" : problems.size() + " problems";
            throw new IllegalArgumentException(
                    count + " in the settings for the security of Kafka:\n  " + String.join("\n  ", problems));
        }
        return security;
    }

    private KafkaSecurity read() {
        if (given.isEmpty()) {
            return KafkaSecurity.plaintext();
        }
        boolean hasUser = given.keySet().stream().anyMatch(name -> name.startsWith("KAFKA_SASL_"));
        String protocol = choice(PROTOCOL, PROTOCOLS, hasUser ? "SASL_SSL" : "SSL", true);
        if (protocol.equals("PLAINTEXT")) {
            return KafkaSecurity.plaintext();
        }
        KafkaSecurity security = protocol.startsWith("SASL_") ? user() : KafkaSecurity.tls();
        return protocol.endsWith("SSL") ? withFiles(security) : security.withoutEncryption();
    }

    private KafkaSecurity user() {
        boolean hasToken = given.keySet().stream().anyMatch(name -> name.startsWith("KAFKA_SASL_OAUTHBEARER_"));
        String mechanism = choice(MECHANISM, MECHANISMS, hasToken ? "OAUTHBEARER" : "SCRAM-SHA-512", hasToken);
        if (mechanism.equals("OAUTHBEARER")) {
            return tokens();
        }
        String user = text(USER, "the name of the user");
        SecretSource password = secret(PASSWORD);
        return switch (mechanism) {
            case "PLAIN" -> KafkaSecurity.plain(user, password);
            case "SCRAM-SHA-256" -> KafkaSecurity.scramSha256(user, password);
            default -> KafkaSecurity.scramSha512(user, password);
        };
    }

    private KafkaSecurity tokens() {
        if (given.containsKey(TOKEN) || given.containsKey(TOKEN + FILE)) {
            return KafkaSecurity.token(secret(TOKEN));
        }
        String endpoint = text(ENDPOINT, "such as https://login.example.org/oauth2/token, or " + TOKEN + FILE);
        String client = text(CLIENT, "the name of the client at the token endpoint");
        SecretSource secret = secret(CLIENT_SECRET);
        String scope = given.get(SCOPE);
        used.add(SCOPE);
        if (!problems.isEmpty()) {
            return KafkaSecurity.tls();
        }
        try {
            return KafkaSecurity.oauth(URI.create(endpoint), client, secret, scope);
        } catch (IllegalArgumentException e) {
            problems.add(ENDPOINT + ": not usable (expected: such as https://login.example.org/oauth2/token; http on"
                    + " this machine only)");
            return KafkaSecurity.tls();
        }
    }

    private KafkaSecurity withFiles(KafkaSecurity security) {
        KafkaSecurity all = security;
        Path trust = path(TRUST);
        if (trust != null) {
            all = isPem(trust) ? all.withTrust(trust) : all.withTrustStore(trust, secret(TRUST_PASSWORD));
        }
        Path store = path(STORE);
        if (store != null) {
            all = all.withKeyStore(store, secret(STORE_PASSWORD));
        }
        Path certificates = path(CERTIFICATES);
        Path key = path(KEY);
        if (store != null && (certificates != null || key != null)) {
            problems.add((key == null ? CERTIFICATES : KEY) + ": set beside " + STORE + " (expected: one of them)");
        } else if (certificates != null && key != null) {
            SecretSource password = optionalSecret(KEY_PASSWORD);
            all = password == null ? all.withKey(certificates, key) : all.withKey(certificates, key, password);
        } else if (certificates != null || key != null) {
            problems.add((key == null ? KEY : CERTIFICATES) + ": not set (expected: a file in PEM, since "
                    + (key == null ? CERTIFICATES : KEY) + " is set)");
        }
        return all;
    }

    private static boolean isPem(Path file) {
        return file.toString().toLowerCase(Locale.ROOT).matches(".*\\.(pem|crt|cer)");
    }

    /** @param isOptional whether the usual one is taken if none is given, or only to look for further problems */
    private String choice(String name, List<String> choices, String usual, boolean isOptional) {
        used.add(name);
        String value = given.get(name);
        if (value == null && isOptional) {
            return usual;
        }
        String upper = value == null ? "" : value.toUpperCase(Locale.ROOT);
        if (choices.contains(upper)) {
            return upper;
        }
        problems.add(name + ": " + (value == null ? "not set" : "\"" + value + "\"") + " (expected: one of "
                + String.join(", ", choices) + ")");
        return usual;
    }

    private String text(String name, String expected) {
        used.add(name);
        String value = given.get(name);
        if (value == null || value.isBlank()) {
            problems.add(name + ": not set (expected: " + expected + ")");
            return "unknown";
        }
        return value;
    }

    private @Nullable Path path(String name) {
        used.add(name);
        String value = given.get(name);
        try {
            return value == null ? null : Path.of(value);
        } catch (InvalidPathException e) {
            problems.add(name + ": \"" + value + "\" (expected: a path)");
            return null;
        }
    }

    private SecretSource secret(String name) {
        SecretSource found = optionalSecret(name);
        if (found == null) {
            problems.add(name + ": not set (expected: the secret, or " + name + FILE
                    + " with the path of a file that has it)");
            return SecretSource.of("");
        }
        return found;
    }

    private @Nullable SecretSource optionalSecret(String name) {
        String value = given.get(name);
        Path file = path(name + FILE);
        used.add(name);
        if (value != null && file != null) {
            problems.add(name + ": set beside " + name + FILE + " (expected: one of them)");
        }
        if (file != null) {
            return SecretSource.file(file);
        }
        return value == null ? null : SecretSource.from(name, () -> value);
    }
}
