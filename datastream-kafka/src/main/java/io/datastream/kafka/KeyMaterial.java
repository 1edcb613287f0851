package io.datastream.kafka;

import io.datastream.secret.SecretSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.kafka.common.config.types.Password;
import org.jspecify.annotations.Nullable;

/** Certificates and keys in files, as settings of Kafka's clients. Read each time, and checked so far as errors can say. */
final class KeyMaterial {
    private static final String PEM = "PEM";

    private final String place;
    private final Supplier<Map<String, Object>> settings;

    private KeyMaterial(String place, Supplier<Map<String, Object>> settings) {
        this.place = place;
        this.settings = settings;
    }

    static KeyMaterial trust(Path file) {
        return new KeyMaterial(
                file.toString(),
                () -> Map.of(
                        "ssl.truststore.type",
                        PEM,
                        "ssl.truststore.certificates",
                        new Password(pem("trust", file, "CERTIFICATE"))));
    }

    static KeyMaterial trustStore(Path file, SecretSource password) {
        return new KeyMaterial(file.toString(), () -> store("trust store", "ssl.truststore.", file, password));
    }

    static KeyMaterial key(Path certificates, Path key, @Nullable SecretSource password) {
        return new KeyMaterial(key + " for " + certificates, () -> {
            Map<String, Object> all = new TreeMap<>();
            all.put("ssl.keystore.type", PEM);
            all.put("ssl.keystore.certificate.chain", new Password(pem("certificates", certificates, "CERTIFICATE")));
            String kind = password == null ? "PRIVATE KEY" : "ENCRYPTED PRIVATE KEY";
            all.put("ssl.keystore.key", new Password(pem("key", key, kind)));
            if (password != null) {
                all.put("ssl.key.password", new Password(password.reveal()));
            }
            return all;
        });
    }

    static KeyMaterial keyStore(Path file, SecretSource password) {
        return new KeyMaterial(file.toString(), () -> {
            Map<String, Object> all = new TreeMap<>(store("key store", "ssl.keystore.", file, password));
            all.put("ssl.key.password", new Password(password.reveal()));
            return all;
        });
    }

    Map<String, Object> settings() {
        return settings.get();
    }

    private static String pem(String what, Path file, String kind) {
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            throw unreadable(what, file, e, "a file in PEM");
        }
        if (!text.contains("-----BEGIN " + kind + "-----")) {
            String how = kind.equals("CERTIFICATE") ? "" : "; openssl pkcs8 -topk8 converts other keys";
            throw new IllegalStateException(
                    what + " " + file + ": not of this form (expected: PEM with BEGIN " + kind + how + ")");
        }
        return text;
    }

    private static Map<String, Object> store(String what, String prefix, Path file, SecretSource password) {
        String revealed = password.reveal();
        String type;
        try {
            type = KeyStore.getInstance(file.toFile(), revealed.toCharArray()).getType();
        } catch (IOException | IllegalArgumentException e) {
            throw unreadable(what, file, e, "a store in PKCS12 or JKS with the password from " + password);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                    what + " " + file + ": not of this form: " + e.getMessage() + " (expected: PKCS12 or JKS)", e);
        }
        return Map.of(
                prefix + "type",
                type,
                prefix + "location",
                file.toString(),
                prefix + "password",
                new Password(revealed));
    }

    private static IllegalStateException unreadable(String what, Path file, Exception e, String expected) {
        String why = e instanceof NoSuchFileException || !Files.exists(file)
                ? "there is no such file"
                : "it cannot be read: " + e.getMessage();
        return new IllegalStateException(what + " " + file + ": " + why + " (expected: " + expected + ")", e);
    }

    /** The place of the files. */
    @Override
    public String toString() {
        return place;
    }
}
