package io.datastream.mqtt;

import io.datastream.log.DurableLog;
import io.datastream.secret.SecretSource;
import io.datastream.secret.Tls;
import io.datastream.source.ReadableSource;
import io.datastream.source.SourceConnector;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Messages of an MQTT broker as records. A message is kept in a durable log, from which pipelines read it, and is
 * acknowledged only then: so with QoS 1 the broker delivers again what a crash of this program left behind. Immutable; each
 * {@code subscribe} and {@code withX} returns a changed copy. Nothing runs before {@link #start()}.
 *
 * <pre>{@code
 * MqttSource<Reading> readings = MqttSource.at("mqtts://broker.example", "plant-readings", FileLog.open(folder),
 *                 message -> Reading.of(message.field("site"), message.field("sensor"), message.text()))
 *         .subscribe("sensors/{site}/{sensor}")
 *         .withCredentials("reader", SecretSource.file(passwordFile));
 * try (MqttSubscription subscription = readings.start()) {
 *     Pipeline.from(readings.source().logTime())...
 * }
 * }</pre>
 *
 * @param <T> the records
 */
public final class MqttSource<T> {
    /** The version of the protocol. */
    public static final MqttVersion DEFAULT_VERSION = MqttVersion.V5;

    /** How long a connection may be silent before it is looked after. */
    public static final Duration DEFAULT_KEEP_ALIVE = Duration.ofSeconds(30);

    /** How long connecting may take. */
    public static final Duration DEFAULT_CONNECT_TIME = Duration.ofSeconds(10);

    /** The pause before the second attempt to connect; each further one is twice as long. */
    public static final Duration DEFAULT_FIRST_PAUSE = Duration.ofMillis(200);

    /** The longest pause between attempts to connect. */
    public static final Duration DEFAULT_LONGEST_PAUSE = Duration.ofSeconds(30);

    /** How long a broker of MQTT 5 is asked to keep the session of a client that is away. */
    public static final Duration DEFAULT_SESSION_EXPIRY = Duration.ofDays(7);

    /** How many messages a broker of MQTT 5 may send ahead of their acknowledgement. */
    public static final int DEFAULT_RECEIVE_MAXIMUM = 1_000;

    /** The largest payload that is kept, in bytes. */
    public static final int DEFAULT_MAX_MESSAGE = 1 << 20;

    private static final int PORT = 1883;
    private static final int TLS_PORT = 8883;

    /** What is subscribed to. */
    record Topic(TopicPattern pattern, MqttQos qos) {}

    final String host;
    final int port;
    final String clientId;
    final DurableLog log;
    private final MqttDecoder<T> decoder;

    // of a copy, before it is handed out
    @Nullable
    Tls tls;

    List<Topic> topics = List.of();
    MqttVersion version = DEFAULT_VERSION;

    @Nullable
    String user;

    @Nullable
    SecretSource password;

    @Nullable
    MqttWill will;

    Duration keepAlive = DEFAULT_KEEP_ALIVE;
    Duration connectTime = DEFAULT_CONNECT_TIME;
    Duration firstPause = DEFAULT_FIRST_PAUSE;
    Duration longestPause = DEFAULT_LONGEST_PAUSE;
    Duration sessionExpiry = DEFAULT_SESSION_EXPIRY;
    int receiveMaximum = DEFAULT_RECEIVE_MAXIMUM;
    int maxMessage = DEFAULT_MAX_MESSAGE;

    private MqttSource(String host, int port, String clientId, DurableLog log, MqttDecoder<T> decoder) {
        this.host = host;
        this.port = port;
        this.clientId = clientId;
        this.log = log;
        this.decoder = decoder;
    }

    /**
     * A source that has subscribed to nothing yet.
     *
     * @param broker such as {@code mqtt://localhost:1883} or, over TLS, {@code mqtts://broker.example:8883}; these are the
     *     ports where none is given
     * @param clientId the name of the session at the broker: of this program alone, and the same at each start
     * @param log keeps the messages; not closed by the source. One log for each source
     * @param decoder makes records of messages, when a pipeline reads them
     */
    public static <T> MqttSource<T> at(String broker, String clientId, DurableLog log, MqttDecoder<T> decoder) {
        URI uri = uri(broker);
        boolean secure = "mqtts".equalsIgnoreCase(uri.getScheme());
        if (clientId.isBlank()) {
            throw new IllegalArgumentException("clientId: blank (expected: a name of this program's own)");
        }
        PacketWriter.checkText("clientId", clientId);
        int port = uri.getPort() >= 0 ? uri.getPort() : secure ? TLS_PORT : PORT;
        MqttSource<T> source = new MqttSource<>(uri.getHost(), port, clientId, log, decoder);
        source.tls = secure ? Tls.ofSystem() : null;
        return source;
    }

    private static URI uri(String broker) {
        try {
            URI uri = new URI(broker);
            String scheme = String.valueOf(uri.getScheme());
            boolean fine = (scheme.equalsIgnoreCase("mqtt") || scheme.equalsIgnoreCase("mqtts"))
                    && uri.getHost() != null
                    && uri.getUserInfo() == null
                    && (uri.getPath().isEmpty() || uri.getPath().equals("/"))
                    && uri.getQuery() == null;
            if (fine) {
                return uri;
            }
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(wrongBroker(), e);
        }
        throw new IllegalArgumentException(wrongBroker());
    }

    /** Without what was given, since that may hold a password. */
    private static String wrongBroker() {
        return "broker: not usable (expected: such as mqtt://localhost:1883 or mqtts://broker.example:8883, without a user,"
                + " for whom there is withCredentials)";
    }

    /** The same, subscribed to one more topic with QoS 1; see {@link #subscribe(String, MqttQos)}. */
    public MqttSource<T> subscribe(String topic) {
        return subscribe(topic, MqttQos.AT_LEAST_ONCE);
    }

    /**
     * The same, subscribed to one more topic.
     *
     * @param topic such as {@code sensors/{site}/{sensor}}, with wildcards {@code +} and {@code #}, and names that stand for
     *     one level each. A message has the fields of the first pattern that it matches
     * @param qos how messages are delivered
     */
    public MqttSource<T> subscribe(String topic, MqttQos qos) {
        TopicPattern pattern = TopicPattern.of(topic);
        for (Topic other : topics) {
            if (other.pattern().filter().equals(pattern.filter())) {
                throw new IllegalArgumentException(
                        "topic: " + topic + " (expected: another one than " + other.pattern() + ")");
            }
        }
        List<Topic> more = new ArrayList<>(topics);
        more.add(new Topic(pattern, qos));
        MqttSource<T> copy = copy();
        copy.topics = List.copyOf(more);
        return copy;
    }

    /** The same with another version of the protocol. Default: {@link #DEFAULT_VERSION} */
    public MqttSource<T> withVersion(MqttVersion version) {
        MqttSource<T> copy = copy();
        copy.version = version;
        return copy;
    }

    /** The same as a user of the broker; the password is looked up at each connection. */
    public MqttSource<T> withCredentials(String user, SecretSource password) {
        PacketWriter.checkText("user", user);
        MqttSource<T> copy = copy();
        copy.user = user;
        copy.password = password;
        return copy;
    }

    /** The same with these certificates; for a broker at {@code mqtts://}. Default: {@link Tls#ofSystem()} */
    public MqttSource<T> withTls(Tls tls) {
        if (this.tls == null) {
            throw new IllegalArgumentException("tls: " + tls + " (expected: for a broker at mqtts://)");
        }
        MqttSource<T> copy = copy();
        copy.tls = tls;
        return copy;
    }

    /** The same with a message that the broker publishes if this program is gone without a farewell. Default: none */
    public MqttSource<T> withWill(MqttWill will) {
        MqttSource<T> copy = copy();
        copy.will = will;
        return copy;
    }

    /**
     * The same with another time for which a connection may be silent; a broker that is not heard of for one and a half of it
     * is given up. A broker of MQTT 5 may want another one. Default: {@link #DEFAULT_KEEP_ALIVE}
     *
     * @param keepAlive from 1 s to 65,535 s
     */
    public MqttSource<T> withKeepAlive(Duration keepAlive) {
        within("keepAlive", keepAlive, Duration.ofSeconds(1), Duration.ofSeconds(65_535));
        MqttSource<T> copy = copy();
        copy.keepAlive = keepAlive;
        return copy;
    }

    /** The same with another limit for connecting. Default: {@link #DEFAULT_CONNECT_TIME} */
    public MqttSource<T> withConnectTime(Duration limit) {
        within("connectTime", limit, Duration.ofMillis(1), Duration.ofHours(1));
        MqttSource<T> copy = copy();
        copy.connectTime = limit;
        return copy;
    }

    /**
     * The same with other pauses between attempts to connect: they double from the first to the longest, and each is cut by up
     * to a half at random, so that many programs do not come at once. Default: {@link #DEFAULT_FIRST_PAUSE} and {@link
     * #DEFAULT_LONGEST_PAUSE}
     */
    public MqttSource<T> withPauses(Duration first, Duration longest) {
        within("first", first, Duration.ofMillis(1), Duration.ofHours(1));
        within("longest", longest, first, Duration.ofHours(1));
        MqttSource<T> copy = copy();
        copy.firstPause = first;
        copy.longestPause = longest;
        return copy;
    }

    /**
     * The same with another time for which a broker of MQTT 5 is asked to keep the session, and the messages for it, while this
     * program is away. What MQTT 3.1.1 brokers do is set there. Default: {@link #DEFAULT_SESSION_EXPIRY}
     */
    public MqttSource<T> withSessionExpiry(Duration expiry) {
        within("expiry", expiry, Duration.ofSeconds(1), Duration.ofDays(3_650));
        MqttSource<T> copy = copy();
        copy.sessionExpiry = expiry;
        return copy;
    }

    /**
     * The same with another number of messages that a broker of MQTT 5 may send ahead of their acknowledgement. The more, the
     * fewer confirmations of the disk; after a crash as many may come twice. Default: {@link #DEFAULT_RECEIVE_MAXIMUM}
     */
    public MqttSource<T> withReceiveMaximum(int messages) {
        within("receiveMaximum", messages, 65_535);
        MqttSource<T> copy = copy();
        copy.receiveMaximum = messages;
        return copy;
    }

    /**
     * The same with another largest payload. Of a larger one the topic and the size are kept, as a record that cannot be
     * decoded. Default: {@link #DEFAULT_MAX_MESSAGE}
     */
    public MqttSource<T> withMaxMessage(int bytes) {
        within("maxMessage", bytes, 1 << 27);
        MqttSource<T> copy = copy();
        copy.maxMessage = bytes;
        return copy;
    }

    private MqttSource<T> copy() {
        MqttSource<T> copy = new MqttSource<>(host, port, clientId, log, decoder);
        copy.tls = tls;
        copy.topics = topics;
        copy.version = version;
        copy.user = user;
        copy.password = password;
        copy.will = will;
        copy.keepAlive = keepAlive;
        copy.connectTime = connectTime;
        copy.firstPause = firstPause;
        copy.longestPause = longestPause;
        copy.sessionExpiry = sessionExpiry;
        copy.receiveMaximum = receiveMaximum;
        copy.maxMessage = maxMessage;
        return copy;
    }

    private static void within(String name, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: from " + least + " to " + most + ")");
        }
    }

    private static void within(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: from 1 to " + most + ")");
        }
    }

    /**
     * The records that were kept, for a pipeline; readable while the log is open, whether a subscription runs or not.
     *
     * <p>Bytes of dead letters are those of the payload, and their key is the topic, where the log is read in this JVM.
     */
    public SourceConnector<T> source() {
        MqttDecoding<T> decoding =
                new MqttDecoding<>(topics.stream().map(Topic::pattern).toList(), decoder);
        SourceConnector<MqttMessage> kept = log.source(MqttMessage::kept);
        return kept instanceof ReadableSource<MqttMessage> readable
                ? new MqttRecords<>(readable, decoding)
                : log.source(bytes -> decoding.decode(MqttMessage.kept(bytes))); // read elsewhere, as the log has it
    }

    /**
     * Connects and subscribes. A broker that is not there is waited for in the background, so that a program may start before
     * its broker; see {@link MqttSubscription#status()}.
     *
     * @throws IllegalStateException if nothing is subscribed to
     * @throws MqttException if the broker refuses this client or a topic, or cannot be trusted
     */
    public MqttSubscription start() {
        if (topics.isEmpty()) {
            throw new IllegalStateException("topics: none (expected: at least one; see subscribe)");
        }
        return MqttSubscription.start(this);
    }

    /** Whether the broker is asked to keep messages while this client is away. */
    boolean hasSession() {
        return topics.stream().anyMatch(topic -> topic.qos() == MqttQos.AT_LEAST_ONCE);
    }

    boolean isAskedFor(String topic) {
        for (Topic asked : topics) {
            if (asked.pattern().match(topic) != null) {
                return true;
            }
        }
        return false;
    }

    /** Who is connected where. */
    @Override
    public String toString() {
        return "mqtt " + MqttMessage.shown(clientId) + " at " + host + ":" + port;
    }
}
