package io.datastream.alerts.mail;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A mail server that answers as a test says: to a command, and to a mail as a whole by the command ".". */
final class ScriptedSmtp implements AutoCloseable {
    private static final int LIMIT_MILLIS = 20_000;

    /** All commands, and the lines of mails. */
    final List<String> lines = new CopyOnWriteArrayList<>();

    /** The answer to a command; empty to break off the connection. */
    volatile Function<String, String> script = command -> "250 fine";

    private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

    ScriptedSmtp() throws IOException {
        Thread thread = new Thread(this::acceptAll, "scripted-smtp");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return listener.getLocalPort();
    }

    /** The commands and lines that begin so. */
    List<String> linesOf(String begin) {
        return lines.stream().filter(line -> line.startsWith(begin)).toList();
    }

    private void acceptAll() {
        while (!listener.isClosed()) {
            try (Socket client = listener.accept()) {
                client.setSoTimeout(LIMIT_MILLIS);
                serve(client);
            } catch (IOException e) {
                // closed, or the client is gone
            }
        }
    }

    private void serve(Socket client) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
        say(client, "220 scripted");
        boolean isMail = false;
        for (String line = in.readLine(); line != null && !line.equals("QUIT"); line = in.readLine()) {
            lines.add(line);
            if (isMail && !line.equals(".")) {
                continue;
            }
            isMail = line.equals("DATA");
            String answer = isMail ? "354 go on" : script.apply(line);
            if (answer.isEmpty()) {
                return;
            }
            say(client, answer);
        }
    }

    private static void say(Socket client, String line) throws IOException {
        OutputStream out = client.getOutputStream();
        out.write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
