package io.datastream.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A certificate authority for tests, and keys that it signs, as the files that servers and clients take.
 *
 * <p>Made by the {@code keytool} of the running JDK, about half a second for each key; elliptic curves, valid for ten days.
 * The files lie in the folder given and are as secret as that is. Not for more than tests.
 */
public final class TestCertificates {
    /** The password of every key store that is made here. */
    public static final String PASSWORD = "changeit";

    private static final String AUTHORITY = "authority";
    private static final int KEYTOOL_SECONDS = 60;

    private final Path folder;
    private final Path store;

    private TestCertificates(Path folder) {
        this.folder = folder;
        this.store = folder.resolve("all.p12");
    }

    /**
     * A signed key and its certificates.
     *
     * @param certificates PEM, the certificate and then the authority's
     * @param key PEM, PKCS#8, not encrypted
     * @param keyStore PKCS#12 of both, with {@link #PASSWORD}
     */
    public record Identity(Path certificates, Path key, Path keyStore) {}

    /** A new authority, which keeps its files in a folder that exists. */
    public static TestCertificates in(Path folder) {
        TestCertificates made = new TestCertificates(folder);
        made.keytool("-alias", AUTHORITY, "-dname", "CN=datastream test authority", "-ext", "bc:c", "-ext", "ku=kCS");
        write(made.authority(), pem("CERTIFICATE", made.encoded(AUTHORITY)));
        return made;
    }

    /** The certificate of the authority, PEM: what a client trusts. */
    public Path authority() {
        return folder.resolve(AUTHORITY + ".pem");
    }

    /**
     * A key for somebody.
     *
     * @param name the common name of the certificate and the start of the names of the files
     * @param hosts for a server, the host names and addresses it is reached by, such as {@code localhost} and {@code
     *     127.0.0.1}
     */
    public Identity issue(String name, String... hosts) {
        List<String> arguments = new ArrayList<>(
                List.of("-alias", name, "-dname", "CN=" + name, "-signer", AUTHORITY, "-signerkeypass", PASSWORD));
        if (hosts.length > 0) {
            arguments.add("-ext");
            arguments.add(Arrays.stream(hosts)
                    .map(host -> (host.matches("[0-9.]+") ? "ip:" : "dns:") + host)
                    .collect(Collectors.joining(",", "san=", "")));
        }
        keytool(arguments.toArray(String[]::new));
        Identity identity = new Identity(
                folder.resolve(name + ".pem"), folder.resolve(name + "-key.pem"), folder.resolve(name + ".p12"));
        export(name, identity);
        return identity;
    }

    private void export(String name, Identity identity) {
        try {
            KeyStore all = load();
            Key key = all.getKey(name, PASSWORD.toCharArray());
            Certificate[] chain = all.getCertificateChain(name);
            KeyStore own = KeyStore.getInstance("PKCS12");
            own.load(null, null);
            own.setKeyEntry(name, key, PASSWORD.toCharArray(), chain);
            try (OutputStream out = Files.newOutputStream(identity.keyStore())) {
                own.store(out, PASSWORD.toCharArray());
            }
            StringBuilder certificates = new StringBuilder();
            for (Certificate certificate : chain) {
                certificates.append(pem("CERTIFICATE", certificate.getEncoded()));
            }
            write(identity.certificates(), certificates.toString());
            write(identity.key(), pem("PRIVATE KEY", key.getEncoded()));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("certificate of " + name + ": " + e, e);
        }
    }

    private byte[] encoded(String alias) {
        try {
            return load().getCertificate(alias).getEncoded();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("certificate of " + alias + ": " + e, e);
        }
    }

    private KeyStore load() throws GeneralSecurityException, IOException {
        KeyStore all = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            all.load(in, PASSWORD.toCharArray());
        }
        return all;
    }

    private void keytool(String... arguments) {
        // without its second compiler and with the simplest collector it takes half the time of a processor
        Path tool = Path.of(System.getProperty("java.home"), "bin", "keytool");
        List<String> command = Stream.concat(
                        Stream.of(
                                tool.toString(),
                                "-J-XX:+UseSerialGC",
                                "-J-XX:TieredStopAtLevel=1",
                                "-genkeypair",
                                "-keyalg",
                                "EC",
                                "-groupname",
                                "secp256r1",
                                "-validity",
                                "10",
                                "-storetype",
                                "PKCS12",
                                "-keystore",
                                store.toString(),
                                "-storepass",
                                PASSWORD),
                        Stream.of(arguments))
                .toList();
        Path output = folder.resolve("keytool.log");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(KEYTOOL_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("keytool: no end within " + KEYTOOL_SECONDS + " s");
            }
            if (process.exitValue() != 0) {
                throw new IllegalStateException(
                        "keytool: ended with " + process.exitValue() + " (expected: 0): " + Files.readString(output));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("keytool: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while keytool ran", e);
        }
    }

    private static String pem(String what, byte[] content) {
        String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return "-----BEGIN " + what + "-----\n" + text + "\n-----END " + what + "-----\n";
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text, UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("write " + file + ": " + e.getMessage(), e);
        }
    }
}
