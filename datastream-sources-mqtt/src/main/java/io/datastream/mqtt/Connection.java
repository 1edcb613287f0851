package io.datastream.mqtt;

import io.datastream.secret.SecretSource;
import io.datastream.secret.Tls;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to a broker. One thread reads messages and acknowledges them; another one calls {@link #tick} from time to
 * time, which asks a silent broker for a sign of life and gives up one that gives none. Both may write.
 */
final class Connection implements AutoCloseable {
    static final int PUBACK = 4;

    private static final int CONNECT = 1;
    private static final int CONNACK = 2;
    private static final int PUBLISH = 3;
    private static final int SUBSCRIBE = 8;
    private static final int SUBACK = 9;
    private static final int PINGREQ = 12;
    private static final int PINGRESP = 13;
    private static final int DISCONNECT = 14;

    /** Flags that the standard demands in SUBSCRIBE. */
    private static final int SUBSCRIBE_FLAGS = 2;

    private static final int SUBSCRIPTION_ID = 1;
    private static final int FAILURE = 0x80;
    private static final int BUFFER = 1 << 16;
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

    private final MqttSource<?> source;
    private final Counts counts;
    private final Socket socket;
    private final InputStream input;
    private final OutputStream output;
    private final PacketReader in;
    private final ReentrantLock writing = new ReentrantLock();
    private final boolean sessionPresent;
    private final long openedAt = System.nanoTime();

    private long keepAliveNanos;
    private boolean subscribed;

    // seen by the thread that ticks
    private volatile boolean reading;
    private volatile long heardAt = System.nanoTime();
    private volatile long writingSince;
    private volatile long wroteAt = System.nanoTime();
    private volatile @Nullable String givenUp;

    private Connection(MqttSource<?> source, Counts counts, Socket socket) throws IOException {
        this.source = source;
        this.counts = counts;
        this.socket = socket;
        this.input = new BufferedInputStream(new Heard(socket.getInputStream()), BUFFER);
        this.output = socket.getOutputStream();
        this.in = new PacketReader(input);
        this.keepAliveNanos = source.keepAlive.toNanos();
        write(connect());
        this.sessionPresent = awaitConfirmation();
    }

    /**
     * Connects.
     *
     * @throws RefusedException if the broker, or its certificate, is there and does not fit
     */
    static Connection open(MqttSource<?> source, Counts counts) throws IOException {
        int limit = (int) source.connectTime.toMillis();
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress(source.host, source.port), limit);
            socket.setSoTimeout(limit);
            Socket ready = source.tls == null ? socket : secured(socket, source, source.tls);
            Connection connection = new Connection(source, counts, ready);
            ready.setSoTimeout(0); // from now on silence is looked after by ticks
            return connection;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private static Socket secured(Socket socket, MqttSource<?> source, Tls tls) throws IOException {
        try {
            SSLSocket secured =
                    (SSLSocket) tls.context().getSocketFactory().createSocket(socket, source.host, source.port, true);
            secured.setSSLParameters(tls.parameters());
            secured.startHandshake();
            return secured;
        } catch (SSLHandshakeException e) {
            throw new RefusedException(
                    "TLS: " + e.getMessage() + " (expected: certificates that both sides trust; " + tls + ")", e);
        } catch (IllegalStateException e) {
            throw new RefusedException(String.valueOf(e.getMessage()), e); // a file that is not there
        }
    }

    // the beginning

    private byte[] connect() throws RefusedException {
        boolean clean = !source.hasSession();
        MqttWill will = source.will;
        SecretSource password = source.password;
        int flags = (clean ? 1 << 1 : 0)
                | (will == null ? 0 : 1 << 2 | will.qos.number() << 3 | (will.retained ? 1 << 5 : 0))
                | (password == null ? 0 : 1 << 6)
                | (source.user == null ? 0 : 1 << 7);
        PacketWriter packet = new PacketWriter()
                .text("MQTT")
                .oneByte(source.version.level)
                .oneByte(flags)
                .twoBytes((int) source.keepAlive.toSeconds());
        boolean five = source.version == MqttVersion.V5;
        if (five) {
            PacketWriter properties = new PacketWriter().oneByte(0x21).twoBytes(source.receiveMaximum);
            if (!clean) {
                properties.oneByte(0x11).fourBytes(source.sessionExpiry.toSeconds());
            }
            packet.properties(properties);
        }
        packet.text(source.clientId);
        if (will != null) {
            if (five) {
                packet.properties(new PacketWriter());
            }
            packet.text(will.topic).binary(will.payload);
        }
        if (source.user != null) {
            packet.text(source.user);
        }
        if (password != null) {
            packet.text(revealed(password));
        }
        return packet.packet(CONNECT << 4);
    }

    private static String revealed(SecretSource password) throws RefusedException {
        try {
            String text = password.reveal();
            PacketWriter.checkText("password", text);
            return text;
        } catch (IllegalStateException | IllegalArgumentException e) {
            throw new RefusedException(String.valueOf(e.getMessage()), e);
        }
    }

    private boolean awaitConfirmation() throws IOException {
        in.next();
        if (in.type() != CONNACK) {
            throw in.malformed("an answer to the first packet");
        }
        boolean present = (in.oneByte() & 1) != 0;
        int code = in.oneByte();
        PacketReader.Properties said = in.properties(); // none in 3.1.1
        in.skipRest();
        if (code != 0) {
            throw failure("refused: " + Reasons.of(code, said.reason()), code);
        }
        if (said.keepAlive() >= 0) {
            // 0: the broker does not look after us, but we look after it
            keepAliveNanos = said.keepAlive() == 0
                    ? keepAliveNanos
                    : Duration.ofSeconds(said.keepAlive()).toNanos();
        }
        return present;
    }

    private static IOException failure(String message, int code) {
        return Reasons.passes(code) ? new IOException(message) : new RefusedException(message, null);
    }

    /** Whether the broker had kept the session of this client id. */
    boolean isSessionPresent() {
        return sessionPresent;
    }

    /** Asks for the topics. The answer is waited for by {@link #read}, since messages may come before it. */
    void subscribe() throws IOException {
        boolean five = source.version == MqttVersion.V5;
        PacketWriter packet = new PacketWriter().twoBytes(SUBSCRIPTION_ID);
        if (five) {
            packet.properties(new PacketWriter());
        }
        // retained messages only where the subscription is new; MQTT 3.1.1 cannot say so
        int options = five ? 1 << 4 : 0;
        for (MqttSource.Topic topic : source.topics) {
            packet.text(topic.pattern().filter()).oneByte(options | topic.qos().number());
        }
        write(packet.packet(SUBSCRIBE << 4 | SUBSCRIBE_FLAGS));
    }

    /** The session has its topics from a connection before. */
    void isSubscribed() {
        subscribed = true;
    }

    boolean isConfirmed() {
        return subscribed;
    }

    /** Whether it waits for messages, and so may be closed without leaving any behind that are kept but not acknowledged. */
    boolean isReading() {
        return reading;
    }

    /** For how long it has been open. */
    Duration age() {
        return Duration.ofNanos(System.nanoTime() - openedAt);
    }

    // messages

    /** Waits for a packet, and takes what has arrived with it. When it fails, what is in the batch was read before. */
    void read(Batch batch) throws IOException {
        heardAt = System.nanoTime(); // what came while nobody read has been heard
        reading = true;
        try {
            do {
                in.next();
                take(batch);
                if (in.left() > 0) {
                    throw in.malformed(in.left() + " bytes too many");
                }
            } while (!batch.isFull() && input.available() > 0);
        } catch (IOException e) {
            String why = givenUp;
            throw why == null ? e : new IOException(why, e);
        } finally {
            reading = false;
        }
    }

    private void take(Batch batch) throws IOException {
        switch (in.type()) {
            case PUBLISH -> takeMessage(batch);
            case SUBACK -> takeGrants();
            case PINGRESP -> {}
            case DISCONNECT -> {
                int code = in.left() == 0 ? 0 : in.oneByte();
                PacketReader.Properties said = in.properties();
                throw failure("ended by the broker: " + Reasons.of(code, said.reason()), code);
            }
            default -> throw unexpected();
        }
    }

    private IOException unexpected() {
        return in.malformed("not for a subscriber");
    }

    private void takeMessage(Batch batch) throws IOException {
        int flags = in.flags();
        boolean repeated = (flags & 8) != 0;
        boolean retained = (flags & 1) != 0;
        int level = flags >> 1 & 3;
        String topic = in.text();
        if (level > 1) {
            throw new RefusedException(
                    "a message with QoS " + level + " on " + MqttMessage.shown(topic)
                            + " (expected: 0 or 1; does the session of this client id belong to another program?)",
                    null);
        }
        MqttQos qos = level == 1 ? MqttQos.AT_LEAST_ONCE : MqttQos.AT_MOST_ONCE;
        int packetId = level == 1 ? in.twoBytes() : 0;
        if (source.version == MqttVersion.V5) {
            in.skipProperties();
        }
        if (topic.isEmpty()) {
            throw in.malformed("no topic");
        }
        long size = in.left();
        counts.received.incrementAndGet();
        if (repeated) {
            counts.repeated.incrementAndGet();
        }
        if (!source.isAskedFor(topic)) {
            in.skipRest();
            if (counts.unasked.incrementAndGet() == 1) {
                LOG.warn(
                        "{}: messages on {} are not kept: the session has topics that this program does not subscribe to",
                        source,
                        MqttMessage.shown(topic));
            }
        } else {
            if (size > source.maxMessage) {
                in.skipRest();
                counts.tooLarge.incrementAndGet();
                batch.add(MqttMessage.keepTooLarge(topic, size, source.maxMessage));
            } else {
                batch.add(MqttMessage.keep(topic, in.bytes((int) size), qos, retained, repeated));
            }
            batch.unrepeatable += 1 - level;
        }
        if (level == 1) {
            batch.acknowledge(packetId);
        }
    }

    private void takeGrants() throws IOException {
        in.twoBytes();
        String words = source.version == MqttVersion.V5 ? in.properties().reason() : null;
        for (MqttSource.Topic topic : source.topics) {
            int code = in.oneByte();
            if (code >= FAILURE) {
                throw failure("topic " + topic.pattern() + ": refused: " + Reasons.of(code, words), code);
            }
            if (code < topic.qos().number()) {
                throw new RefusedException(
                        "topic " + topic.pattern() + ": QoS " + code + " granted (expected: "
                                + topic.qos().number() + ")",
                        null);
            }
        }
        subscribed = true;
    }

    /** Tells the broker that the messages of a batch are durable. */
    void acknowledge(Batch batch) throws IOException {
        byte[] acknowledgements = batch.acknowledgements();
        if (acknowledgements.length > 0) {
            write(acknowledgements);
        }
    }

    private void write(byte[] bytes) throws IOException {
        writing.lock();
        try {
            writeLocked(bytes);
        } finally {
            writing.unlock();
        }
    }

    private void writeLocked(byte[] bytes) throws IOException {
        writingSince = System.nanoTime();
        try {
            output.write(bytes);
            output.flush();
            wroteAt = System.nanoTime();
        } finally {
            writingSince = 0;
        }
    }

    // looked after by another thread

    /** Asks for a sign of life where it is time, and gives up a broker that is silent, or takes nothing. */
    void tick() {
        long now = System.nanoTime();
        long limit = keepAliveNanos + keepAliveNanos / 2;
        long since = writingSince;
        if (reading && now - heardAt > limit) {
            giveUp("nothing heard from the broker for "
                    + Duration.ofNanos(now - heardAt).toMillis() + " ms");
        } else if (since != 0 && now - since > limit) {
            giveUp("the broker has taken nothing for "
                    + Duration.ofNanos(now - since).toMillis() + " ms");
        } else if (now - wroteAt >= keepAliveNanos / 2 && writing.tryLock()) {
            try {
                writeLocked(new PacketWriter().packet(PINGREQ << 4));
            } catch (IOException e) {
                giveUp("no sign of life could be asked for: " + e.getMessage());
            } finally {
                writing.unlock();
            }
        }
    }

    private void giveUp(String why) {
        givenUp = why;
        closeSocket();
    }

    /** Takes leave, so that the broker publishes no will, and closes. */
    void leave() {
        // a write that hangs is ended by closing
        if (writing.tryLock()) {
            try {
                writeLocked(new PacketWriter().packet(DISCONNECT << 4));
            } catch (IOException e) {
                LOG.debug("{}: no farewell: {}", source, e.toString()); // the connection is gone, as it is to be
            } finally {
                writing.unlock();
            }
        }
        closeSocket();
    }

    @Override
    public void close() {
        closeSocket();
    }

    private void closeSocket() {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("{}: closing: {}", source, e.toString()); // there is nothing to be saved
        }
    }

    /** Notes when something came. */
    private final class Heard extends FilterInputStream {
        Heard(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            heardAt = System.nanoTime();
            return value;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = super.read(bytes, offset, length);
            heardAt = System.nanoTime();
            return count;
        }
    }
}
