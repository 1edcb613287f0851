package io.datastream.mqtt;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A server that does to a client what no real broker would: each connection plays the next script, the last one again. */
final class ScriptedBroker implements AutoCloseable {
    /** What is done with a connection; it is closed afterwards. */
    interface Script {
        void play(InputStream in, OutputStream out) throws Exception;
    }

    final Queue<Throwable> problems = new ConcurrentLinkedQueue<>();
    private final ServerSocket server;
    private final Script[] scripts;
    private final Thread thread = new Thread(this::run, "scripted-broker");
    private volatile Socket current;

    ScriptedBroker(Script... scripts) throws IOException {
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.scripts = scripts;
        thread.setDaemon(true);
        thread.start();
    }

    String url() {
        return "mqtt://127.0.0.1:" + server.getLocalPort();
    }

    private void run() {
        for (int i = 0; !server.isClosed(); i++) {
            try (Socket socket = server.accept()) {
                current = socket;
                scripts[Math.min(i, scripts.length - 1)].play(socket.getInputStream(), socket.getOutputStream());
            } catch (IOException clientIsGone) {
                // which many scripts are about
            } catch (Exception | AssertionError e) {
                problems.add(e);
            }
        }
    }

    /** Reads a packet, of which the length is below 16,384, and gives its first byte and its body. */
    static byte[] packet(InputStream in) throws IOException {
        int first = in.read();
        if (first < 0) {
            throw new EOFException();
        }
        int length = in.read();
        if (length > 0x7f) {
            length = (length & 0x7f) | in.read() << 7;
        }
        byte[] packet = new byte[1 + length];
        packet[0] = (byte) first;
        in.readNBytes(packet, 1, length);
        return packet;
    }

    /** Reads packets until one of a type comes. */
    static byte[] await(InputStream in, int type) throws IOException {
        byte[] packet;
        do {
            packet = packet(in);
        } while ((packet[0] & 0xff) >> 4 != type);
        return packet;
    }

    static void send(OutputStream out, int... bytes) throws IOException {
        byte[] packet = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            packet[i] = (byte) bytes[i];
        }
        out.write(packet);
        out.flush();
    }

    /** Lets a client of MQTT 3.1.1 in, with one topic of QoS 1. */
    static void accept(InputStream in, OutputStream out) throws IOException {
        await(in, 1);
        send(out, 0x20, 2, 0, 0);
        byte[] subscribe = await(in, 8);
        send(out, 0x90, 3, subscribe[1], subscribe[2], 1);
    }

    /** Reads until the client leaves. */
    static void idle(InputStream in) throws IOException {
        in.transferTo(OutputStream.nullOutputStream());
    }

    @Override
    public void close() throws Exception {
        server.close();
        Socket open = current;
        if (open != null) {
            open.close();
        }
        thread.join();
    }
}
