package io.datastream.examples.sensors;

import io.datastream.formats.json.JsonCodec;
import io.datastream.simulate.Sample;
import io.datastream.simulate.SeriesGenerator;
import io.datastream.time.EventTime;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.jspecify.annotations.Nullable;

/** Made-up sensors that publish: with gaps, spikes, duplicates, and messages out of order and not readable. */
final class SensorPublisher {
    /** How much later than others a message may be published. */
    static final Duration DISORDER = Duration.ofSeconds(10);

    /** How many messages cannot be read. */
    static final int BAD = 3;

    private static final int SENSORS = 10;
    private static final int QOS = 1;
    private static final int UNDER_WAY = 200;

    /**
     * How many messages may be published and not be kept yet. A broker queues so many for a subscriber that is behind, and
     * drops the rest: 1,000 at Mosquitto, unless {@code max_queued_messages} says otherwise.
     */
    private static final int AHEAD = 500;

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final String site;
    private final List<Sample> samples;

    SensorPublisher(String site, Instant start, int seconds) {
        this.site = site;
        samples = SeriesGenerator.of(start, Duration.ofSeconds(1), seconds)
                .withKeys(SENSORS)
                .withLevel(20)
                .withSeason(Duration.ofMinutes(10), 5)
                .withNoise(0.1)
                .withMissing(0.01)
                .withSpikes(0.002, 10)
                .withDuplicates(0.02)
                .withLate(0.05, DISORDER)
                .generate()
                .arrivals();
    }

    /** What is published, in this order, before the messages that cannot be read. */
    List<Sample> samples() {
        return samples;
    }

    int messages() {
        return samples.size() + BAD;
    }

    /** How many different points there are, without duplicates. */
    long points() {
        return samples.stream()
                .map(sample -> sample.key() + " " + sample.timeNanos())
                .distinct()
                .count();
    }

    /** How many windows of sensors are over when all has come: the watermark is behind the newest reading by the disorder. */
    long windows(Duration size) {
        long length = EventTime.nanos(size);
        long newest = samples.stream().mapToLong(Sample::timeNanos).max().orElse(EventTime.MIN);
        long watermark = newest - EventTime.nanos(DISORDER);
        return samples.stream()
                .map(sample -> new Window(sample.key(), Math.floorDiv(sample.timeNanos(), length)))
                .filter(window -> (window.number() + 1) * length <= watermark)
                .distinct()
                .count();
    }

    private record Window(String sensor, long number) {}

    /**
     * Publishes all, and returns when the subscriber has kept them.
     *
     * @param kept how many messages the subscriber has kept
     */
    void publish(String broker, @Nullable String user, @Nullable String password, LongSupplier kept)
            throws MqttException {
        URI uri = URI.create(broker);
        String scheme = "mqtts".equals(uri.getScheme()) ? "ssl" : "tcp";
        int port = uri.getPort() >= 0 ? uri.getPort() : "ssl".equals(scheme) ? 8883 : 1883;
        MqttAsyncClient client = new MqttAsyncClient(
                scheme + "://" + uri.getHost() + ":" + port,
                MqttAsyncClient.generateClientId(),
                new MemoryPersistence());
        MqttConnectOptions options = new MqttConnectOptions();
        options.setMaxInflight(4 * UNDER_WAY);
        if (user != null && password != null) {
            options.setUserName(user);
            options.setPassword(password.toCharArray());
        }
        client.connect(options).waitForCompletion();
        try {
            publish(client, kept);
        } finally {
            client.disconnect().waitForCompletion();
            client.close();
        }
    }

    private void publish(MqttAsyncClient client, LongSupplier kept) throws MqttException {
        JsonCodec<Reading.Payload> json = JsonCodec.of(Reading.Payload.class);
        Queue<IMqttDeliveryToken> open = new ArrayDeque<>();
        long published = 0;
        for (Sample sample : samples) {
            awaitKept(++published - AHEAD, kept);
            byte[] payload = json.encode(new Reading.Payload(sample.time(), sample.value()));
            open.add(client.publish("sensors/" + site + "/" + sample.key(), payload, QOS, false));
            if (open.size() > UNDER_WAY) {
                open.remove().waitForCompletion();
            }
        }
        for (int i = 0; i < BAD; i++) {
            open.add(client.publish("sensors/" + site + "/broken", new byte[] {'?'}, QOS, false));
        }
        while (!open.isEmpty()) {
            open.remove().waitForCompletion();
        }
        awaitKept(messages(), kept);
    }

    private static void awaitKept(long least, LongSupplier kept) {
        long began = System.nanoTime();
        while (kept.getAsLong() < least) {
            if (System.nanoTime() - began > LIMIT.toNanos()) {
                throw new IllegalStateException("messages kept: " + kept.getAsLong() + " after waiting for " + LIMIT
                        + " (expected: " + least + "; does the broker drop some?)");
            }
            LockSupport.parkNanos(1_000_000);
        }
    }
}
