package io.datastream.mqtt;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.datastream.testkit.Await;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import javax.net.ssl.SSLContext;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/** A client of another make, which publishes. Used by one thread. */
final class Publisher implements AutoCloseable {
    private static final int UNDER_WAY = 200;
    private static final long LIMIT_MILLIS = 60_000;

    private final MqttAsyncClient client;
    private final Queue<IMqttDeliveryToken> open = new ArrayDeque<>();

    Publisher(int port) throws Exception {
        this("tcp://127.0.0.1:" + port, new MqttConnectOptions());
    }

    Publisher(int port, String user, String password) throws Exception {
        this("tcp://127.0.0.1:" + port, options(user, password));
    }

    Publisher(int port, SSLContext tls) throws Exception {
        this("ssl://127.0.0.1:" + port, options(tls));
    }

    private Publisher(String uri, MqttConnectOptions options) throws Exception {
        client = new MqttAsyncClient(uri, MqttAsyncClient.generateClientId(), new MemoryPersistence());
        options.setMaxInflight(4 * UNDER_WAY);
        client.connect(options).waitForCompletion(LIMIT_MILLIS);
    }

    private static MqttConnectOptions options(String user, String password) {
        MqttConnectOptions options = new MqttConnectOptions();
        options.setUserName(user);
        options.setPassword(password.toCharArray());
        return options;
    }

    private static MqttConnectOptions options(SSLContext tls) {
        MqttConnectOptions options = new MqttConnectOptions();
        options.setSocketFactory(tls.getSocketFactory());
        return options;
    }

    /** Publishes with QoS 1. */
    void publish(String topic, String text) throws Exception {
        publish(topic, text.getBytes(UTF_8), 1, false);
    }

    /** Publishes, and returns when as many others are under way as may be. */
    void publish(String topic, byte[] payload, int qos, boolean retained) throws Exception {
        open.add(Await.value("room in the client", Duration.ofMillis(LIMIT_MILLIS), () -> {
            try {
                return client.publish(topic, payload, qos, retained);
            } catch (MqttException e) {
                if (e.getReasonCode() == MqttException.REASON_CODE_MAX_INFLIGHT) {
                    return null; // it counts some as under way that are done, until its own thread has come to them
                }
                throw e;
            }
        }));
        if (open.size() > UNDER_WAY) {
            open.remove().waitForCompletion(LIMIT_MILLIS);
        }
    }

    /** Publishes one message byte by byte, since clients have their own ideas of topics; returns when the broker has it. */
    static void publishRaw(int port, String topic, byte[] payload) throws Exception {
        byte[] name = topic.getBytes(UTF_8);
        int length = 2 + name.length + 2 + payload.length;
        ByteBuffer packets = ByteBuffer.allocate(length + 64)
                .put(new byte[] {0x10, 13, 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 60, 0, 1, 'x'})
                .put((byte) 0x32)
                .put((byte) (length & 0x7f | 0x80)) // three bytes of length, whatever it is
                .put((byte) (length >> 7 & 0x7f | 0x80))
                .put((byte) (length >> 14))
                .putShort((short) name.length)
                .put(name)
                .putShort((short) 1)
                .put(payload);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) LIMIT_MILLIS);
            socket.getOutputStream().write(packets.array(), 0, packets.position());
            byte[] answers = socket.getInputStream().readNBytes(8); // CONNACK and PUBACK
            if (!Arrays.equals(answers, new byte[] {0x20, 2, 0, 0, 0x40, 2, 0, 1})) {
                throw new IllegalStateException(topic + ": " + Arrays.toString(answers));
            }
        }
    }

    /** Returns when the broker has all. */
    void flush() throws Exception {
        while (!open.isEmpty()) {
            open.remove().waitForCompletion(LIMIT_MILLIS);
        }
    }

    @Override
    public void close() throws Exception {
        if (client.isConnected()) {
            client.disconnect(0).waitForCompletion(LIMIT_MILLIS);
        }
        client.close(true);
    }
}
