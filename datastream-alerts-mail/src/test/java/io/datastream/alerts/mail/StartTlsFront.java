package io.datastream.alerts.mail;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Puts STARTTLS in front of a mail server that has none: it knows EHLO and STARTTLS alone, until the connection is protected. */
final class StartTlsFront implements AutoCloseable {
    private static final int LIMIT_MILLIS = 20_000;

    /** What came before TLS. */
    final List<String> open = new CopyOnWriteArrayList<>();

    private final SSLContext tls;
    private final int server;
    private final ServerSocket listener;

    StartTlsFront(SSLContext tls, int server) throws IOException {
        this.tls = tls;
        this.server = server;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start("starttls", this::acceptAll);
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return listener.getLocalPort();
    }

    private void acceptAll() {
        while (!listener.isClosed()) {
            try (Socket client = listener.accept()) {
                client.setSoTimeout(LIMIT_MILLIS);
                if (isTlsWanted(client)) {
                    serve(client);
                }
            } catch (IOException e) {
                // closed, or a client that does not trust us and is gone
            }
        }
    }

    private boolean isTlsWanted(Socket client) throws IOException {
        InputStream in = client.getInputStream();
        say(client, "220 localhost");
        while (true) {
            String line = line(in);
            open.add(line);
            String command = line.toUpperCase(Locale.ROOT);
            if (command.startsWith("EHLO")) {
                say(client, "250-localhost");
                say(client, "250 STARTTLS");
            } else if (command.equals("STARTTLS")) {
                say(client, "220 go ahead");
                return true;
            } else if (command.isEmpty() || command.equals("QUIT")) {
                return false;
            } else {
                say(client, "530 STARTTLS first");
            }
        }
    }

    private void serve(Socket client) throws IOException {
        try (SSLSocket protectedClient = (SSLSocket) tls.getSocketFactory().createSocket(client, null, true)) {
            protectedClient.startHandshake();
            try (Socket behind = new Socket(InetAddress.getLoopbackAddress(), server)) {
                line(behind.getInputStream()); // the greeting, which the client has had
                start("starttls-answers", () -> copy(behind, protectedClient));
                copy(protectedClient, behind);
            }
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // one of them is closed, which ends the other way as well
        }
    }

    private static void say(Socket client, String line) throws IOException {
        OutputStream out = client.getOutputStream();
        out.write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    /** The next line, and not a byte more; empty at the end. */
    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
