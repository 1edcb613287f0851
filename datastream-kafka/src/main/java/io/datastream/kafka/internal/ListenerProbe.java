package io.datastream.kafka.internal;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/**
 * Finds out whether listeners speak TLS, to explain why they give no answer: Kafka closes a connection of the other kind
 * without a word. Greets as a TLS client does and looks at the first byte that comes back; tells nothing else.
 */
final class ListenerProbe {
    private static final int MILLIS = 2_000;
    private static final int TLS_ALERT = 0x15;
    private static final int TLS_HANDSHAKE = 0x16;

    /** What was found at an address. */
    enum Found {
        TLS,
        NO_TLS,
        NOBODY
    }

    private ListenerProbe() {}

    /** What listens at the first of these addresses where something does. */
    static Found at(String bootstrapServers) {
        for (String address : bootstrapServers.split(",")) {
            Found found = atOne(address.strip());
            if (found != Found.NOBODY) {
                return found;
            }
        }
        return Found.NOBODY;
    }

    private static Found atOne(String address) {
        int colon = address.lastIndexOf(':');
        if (colon < 0 || !address.substring(colon + 1).matches("[0-9]{1,5}")) {
            return Found.NOBODY; // no address, which is told elsewhere
        }
        String host = address.substring(0, colon).replaceAll("^\\[|\\]$", "");
        return at(host, Math.min(65_535, Integer.parseInt(address.substring(colon + 1))));
    }

    private static Found at(String host, int port) {
        byte[] hello = hello();
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), MILLIS);
            socket.setSoTimeout(MILLIS);
            return answersAsTls(socket, hello) ? Found.TLS : Found.NO_TLS;
        } catch (IOException e) {
            return Found.NOBODY;
        }
    }

    private static boolean answersAsTls(Socket socket, byte[] hello) {
        try {
            socket.getOutputStream().write(hello);
            InputStream in = socket.getInputStream();
            int first = in.read();
            return first == TLS_HANDSHAKE || first == TLS_ALERT;
        } catch (IOException e) {
            return false; // closed or silent
        }
    }

    /** The first message of a TLS client. */
    private static byte[] hello() {
        try {
            SSLEngine engine = SSLContext.getDefault().createSSLEngine();
            engine.setUseClientMode(true);
            engine.beginHandshake();
            ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
            engine.wrap(ByteBuffer.allocate(0), out);
            byte[] bytes = new byte[out.flip().remaining()];
            out.get(bytes);
            return bytes;
        } catch (NoSuchAlgorithmException | SSLException e) {
            throw new IllegalStateException("TLS is not to be had in this JVM: " + e, e);
        }
    }
}
