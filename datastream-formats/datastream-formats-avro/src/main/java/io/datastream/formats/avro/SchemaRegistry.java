package io.datastream.formats.avro;

import io.datastream.codec.CodecException;
import java.io.Serializable;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A client of a schema registry with Confluent's REST interface, for {@link AvroCodec#withRegistry}.
 *
 * <p>Schemas and their numbers never change, so each is asked for once and kept. A registry that does not answer, or answers
 * with 429 or a server's error, is asked again until {@link #withPatience} is over; the calling thread waits. An interrupt ends
 * the wait with a {@link RegistryException}, and the thread stays interrupted.
 *
 * <p>Safe for use by several threads. Serializable, with its credentials, which its texts and errors never show.
 */
public final class SchemaRegistry implements Serializable {
    /** How long one answer may take unless {@link #withTimeout} says otherwise: 10 s. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

    /** How long to try unless {@link #withPatience} says otherwise: 30 s. */
    public static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(30);

    /** What is done about the schema that is written unless {@link #withRegistration} says otherwise: it is registered. */
    public static final Registration DEFAULT_REGISTRATION = Registration.REGISTER;

    private static final long serialVersionUID = 1L;

    private final String address;
    private final @Nullable String authorization;
    private final Duration timeout;
    private final Duration patience;
    private final Registration registration;
    private transient volatile @Nullable RegistryCache cache;

    private SchemaRegistry(
            String address,
            @Nullable String authorization,
            Duration timeout,
            Duration patience,
            Registration registration) {
        this.address = address;
        this.authorization = authorization;
        this.timeout = timeout;
        this.patience = patience;
        this.registration = registration;
    }

    /** The registry at an address such as {@code http://localhost:8081}; paths of the interface are put behind it. */
    public static SchemaRegistry at(String address) {
        URI uri;
        try {
            uri = URI.create(address);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("address: " + address + " (expected: http:// or https://)", e);
        }
        boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        if (!web || uri.getHost() == null || uri.getUserInfo() != null || uri.getQuery() != null) {
            String shown = uri.getUserInfo() == null ? address : uri.getScheme() + "://...@" + uri.getHost();
            throw new IllegalArgumentException(
                    "address: " + shown + " (expected: http:// or https://, a host, and no user: see withBasicAuth)");
        }
        String plain = address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
        return new SchemaRegistry(plain, null, DEFAULT_TIMEOUT, DEFAULT_PATIENCE, DEFAULT_REGISTRATION);
    }

    /** The same registry with a user and a password, or a key and its secret. */
    public SchemaRegistry withBasicAuth(String user, String password) {
        byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return new SchemaRegistry(
                address, "Basic " + Base64.getEncoder().encodeToString(pair), timeout, patience, registration);
    }

    /** The same registry with a token. */
    public SchemaRegistry withBearerToken(String token) {
        return new SchemaRegistry(address, "Bearer " + token, timeout, patience, registration);
    }

    /** The same registry with another limit for one answer. */
    public SchemaRegistry withTimeout(Duration timeout) {
        return new SchemaRegistry(address, authorization, positive("timeout", timeout), patience, registration);
    }

    /** The same registry with another limit for all attempts together, the pauses between them included; zero for one. */
    public SchemaRegistry withPatience(Duration patience) {
        if (patience.isNegative()) {
            throw new IllegalArgumentException("patience: " + patience + " (expected: >= 0)");
        }
        return new SchemaRegistry(address, authorization, timeout, patience, registration);
    }

    /** The same registry with another treatment of the schemas that are written. */
    public SchemaRegistry withRegistration(Registration registration) {
        return new SchemaRegistry(address, authorization, timeout, patience, registration);
    }

    private static Duration positive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
        }
        return value;
    }

    /**
     * The schema with this number.
     *
     * @throws CodecException if the registry has none
     * @throws RegistryException if it cannot be asked
     */
    Schema schema(int id) {
        return cache().schema(id);
    }

    /**
     * The number of a schema under a subject.
     *
     * @throws RegistryException if there is none, or the registry refuses it or cannot be asked
     */
    int register(String subject, Schema schema) {
        return cache().id(subject, schema, registration);
    }

    private RegistryCache cache() {
        RegistryCache made = cache;
        if (made == null) {
            synchronized (this) {
                made = cache;
                if (made == null) {
                    made = new RegistryCache(new RegistryClient(address, authorization, timeout, patience));
                    cache = made;
                }
            }
        }
        return made;
    }

    @Override
    public String toString() {
        return "SchemaRegistry[" + address + "]";
    }
}
