package io.datastream.secret;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * How a client makes sure of a server, and shows itself to it: TLS with the certificates that the JDK trusts, or with
 * those of a file.
 *
 * <pre>{@code
 * Tls tls = Tls.trusting(Path.of("/etc/store/ca.pem"))
 *         .presenting(Path.of("/etc/store/client.pem"), Path.of("/etc/store/client.key"));
 * }</pre>
 *
 * <p>Files are read each time a connection is made, so renewed ones are used without a new start. Immutable.
 */
public final class Tls implements Serializable {
    private static final long serialVersionUID = 1L;

    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final List<String> KEY_ALGORITHMS = List.of("EC", "RSA", "EdDSA");

    /** Of a store that is never written. */
    private static final char[] IN_MEMORY = "in memory".toCharArray();

    private final @Nullable String trusted; // texts, because a Path is not serializable
    private final @Nullable String certificates;
    private final @Nullable String key;
    private final boolean hostNameChecked;

    private Tls(
            @Nullable String trusted, @Nullable String certificates, @Nullable String key, boolean hostNameChecked) {
        this.trusted = trusted;
        this.certificates = certificates;
        this.key = key;
        this.hostNameChecked = hostNameChecked;
    }

    /** Trusts the authorities that the JDK trusts. */
    public static Tls ofSystem() {
        return new Tls(null, null, null, true);
    }

    /** Trusts the authorities whose certificates are in a PEM file, and no others. */
    public static Tls trusting(Path pem) {
        return new Tls(pem.toString(), null, null, true);
    }

    /**
     * The same, and shows a certificate of its own where the server asks for one.
     *
     * @param certificates PEM, its own certificate first
     * @param key PEM, PKCS#8, not encrypted
     */
    public Tls presenting(Path certificates, Path key) {
        return new Tls(trusted, certificates.toString(), key.toString(), hostNameChecked);
    }

    /**
     * The same without a look at the name in the server's certificate: for servers that are reached by addresses which
     * their certificates do not name. Whoever has any certificate of the trusted authorities can then pose as the server.
     */
    public Tls withoutHostNameCheck() {
        return new Tls(trusted, certificates, key, false);
    }

    /** Whether the server's certificate must name the host that was connected to. */
    public boolean isHostNameChecked() {
        return hostNameChecked;
    }

    /**
     * What connections are made with.
     *
     * @throws IllegalStateException if a file cannot be read or is not what it should be; the message names it
     */
    public SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(), trust(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("TLS: " + e.getMessage() + " (expected: certificates that can be used)", e);
        }
    }

    /** Settings of a connection: the check of the host's name. */
    public SSLParameters parameters() {
        SSLParameters parameters = new SSLParameters();
        if (hostNameChecked) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        return parameters;
    }

    private TrustManager @Nullable [] trust() throws GeneralSecurityException {
        if (trusted == null) {
            return null; // the JDK's own
        }
        KeyStore store = emptyStore();
        int number = 0;
        for (Certificate certificate : certificates(trusted)) {
            store.setCertificateEntry("trusted-" + number++, certificate);
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    private KeyManager @Nullable [] keys() throws GeneralSecurityException {
        if (certificates == null || key == null) {
            return null;
        }
        KeyStore store = emptyStore();
        store.setKeyEntry(
                "own", privateKey(key), IN_MEMORY, certificates(certificates).toArray(new Certificate[0]));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, IN_MEMORY);
        return factory.getKeyManagers();
    }

    private static KeyStore emptyStore() throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try {
            store.load(null, null);
        } catch (IOException e) {
            throw new GeneralSecurityException("empty key store: " + e.getMessage(), e);
        }
        return store;
    }

    private static Collection<? extends Certificate> certificates(String file) throws GeneralSecurityException {
        Collection<? extends Certificate> found;
        try {
            found = CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(read(file)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("certificates: " + file + ": cannot be read (expected: PEM)", e);
        }
        if (found.isEmpty()) {
            throw new IllegalStateException("certificates: " + file + ": none (expected: PEM, at least one)");
        }
        return found;
    }

    private static PrivateKey privateKey(String file) throws GeneralSecurityException {
        Matcher block = KEY.matcher(new String(read(file), StandardCharsets.US_ASCII));
        if (!block.find()) {
            throw new IllegalStateException("key: " + file
                    + ": no private key (expected: PEM with BEGIN PRIVATE KEY, which is PKCS#8, not encrypted)");
        }
        PKCS8EncodedKeySpec encoded =
                new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(block.group(1)));
        InvalidKeySpecException last = null;
        for (String algorithm : KEY_ALGORITHMS) { // which it is of stands inside
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(encoded);
            } catch (InvalidKeySpecException e) {
                last = e;
            }
        }
        throw new IllegalStateException(
                "key: " + file + ": of an unknown algorithm (expected: EC, RSA or EdDSA)", last);
    }

    private static byte[] read(String file) {
        try {
            return Files.readAllBytes(Path.of(file));
        } catch (IOException e) {
            throw new IllegalStateException("file " + file + ": cannot be read: " + e, e);
        }
    }

    /** The files it reads. */
    @Override
    public String toString() {
        return "TLS trusting " + (trusted == null ? "what the JDK trusts" : trusted)
                + (certificates == null ? "" : ", presenting " + certificates)
                + (hostNameChecked ? "" : ", without a check of host names");
    }
}
