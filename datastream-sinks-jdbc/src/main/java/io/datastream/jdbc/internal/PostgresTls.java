package io.datastream.jdbc.internal;

import io.datastream.secret.Tls;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Base64;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * Makes the TLS sockets of pgjdbc, which loads it by its name and knows settings that are text alone. A handshake takes place
 * only with a server that {@link Tls} trusts.
 */
public final class PostgresTls extends SSLSocketFactory {
    private final Tls tls;
    private final SSLSocketFactory factory;

    /** @param setting what {@link #setting} has made */
    public PostgresTls(String setting) {
        this.tls = decode(setting);
        this.factory = tls.context().getSocketFactory();
    }

    /** The text for pgjdbc's setting {@code sslfactoryarg}. It names files and holds no secret. */
    public static String setting(Tls tls) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(tls);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    private static Tls decode(String setting) {
        byte[] bytes = Base64.getDecoder().decode(setting);
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
            return (Tls) in.readObject();
        } catch (IOException | ClassNotFoundException e) {
            throw new IllegalArgumentException("setting of TLS: cannot be read (expected: what setting() made)", e);
        }
    }

    private Socket checked(Socket socket) {
        ((SSLSocket) socket).setSSLParameters(tls.parameters());
        return socket;
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return factory.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return factory.getSupportedCipherSuites();
    }

    @Override
    public Socket createSocket(Socket plain, String host, int port, boolean autoClose) throws IOException {
        return checked(factory.createSocket(plain, host, port, autoClose));
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return checked(factory.createSocket(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
        return checked(factory.createSocket(host, port, local, localPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return checked(factory.createSocket(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
        return checked(factory.createSocket(host, port, local, localPort));
    }
}
