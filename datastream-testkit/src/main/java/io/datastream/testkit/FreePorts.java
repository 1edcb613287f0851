package io.datastream.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Finds TCP ports of 127.0.0.1 that nothing listens on.
 *
 * <p>Ports come from 15000 to 31999, below the range from which Linux takes the ports of outgoing connections. A server
 * that is stopped can therefore come back on its port, and a client that keeps trying cannot connect to itself.
 */
public final class FreePorts {
    private static final int LOWEST = 15_000;
    private static final int ABOVE_HIGHEST = 32_000;
    private static final int ATTEMPTS = 200;

    private FreePorts() {}

    /** A port that is free now; nothing reserves it. */
    public static int next() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, ABOVE_HIGHEST);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException(
                "no free port in " + LOWEST + ".." + (ABOVE_HIGHEST - 1) + " after " + ATTEMPTS + " attempts");
    }

    /** As many different ports. */
    static Set<Integer> next(int count) {
        Set<Integer> ports = new LinkedHashSet<>();
        while (ports.size() < count) {
            ports.add(next());
        }
        return ports;
    }

    static int nextBut(int other) {
        int port = next();
        return port == other ? nextBut(other) : port;
    }

    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
            return true;
        } catch (IOException portTaken) {
            return false;
        }
    }
}
