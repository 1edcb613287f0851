package io.datastream.examples;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;

/** Looks whether a server is there before an example begins, so that a missing one is told at once, with what to do. */
public final class Servers {
    private static final int LIMIT_MILLIS = 5_000;

    private Servers() {}

    /**
     * Connects and closes the connection again.
     *
     * @param setting name of the option that the address came from
     * @param address such as {@code mqtt://localhost:1883}
     * @param defaultPort the port if the address names none
     * @param expected what should be there, and how to get it
     * @throws IOException if nothing listens there, with a sentence for the user
     */
    public static void check(String setting, String address, int defaultPort, String expected) throws IOException {
        URI uri = URI.create(address);
        int port = uri.getPort() < 0 ? defaultPort : uri.getPort();
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(uri.getHost(), port), LIMIT_MILLIS);
        } catch (IOException e) {
            throw new IOException(
                    setting + ": " + address + " does not answer: " + e.getMessage() + " (expected: " + expected + ")",
                    e);
        }
    }
}
