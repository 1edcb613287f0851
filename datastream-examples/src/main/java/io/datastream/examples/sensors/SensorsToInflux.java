package io.datastream.examples.sensors;

import io.datastream.Pipeline;
import io.datastream.aggregate.Aggregations;
import io.datastream.config.Config;
import io.datastream.config.Secret;
import io.datastream.error.DeadLetter;
import io.datastream.error.ErrorPolicy;
import io.datastream.examples.CtrlC;
import io.datastream.examples.Programs;
import io.datastream.examples.Servers;
import io.datastream.formats.json.JsonCodec;
import io.datastream.influxdb.InfluxConnection;
import io.datastream.influxdb.InfluxSink;
import io.datastream.log.FileLog;
import io.datastream.log.FileLogOptions;
import io.datastream.mqtt.MqttDecoder;
import io.datastream.mqtt.MqttSource;
import io.datastream.mqtt.MqttSubscription;
import io.datastream.processors.quality.Deduplicate;
import io.datastream.runtime.Checkpoints;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.secret.SecretSource;
import io.datastream.sink.Sinks;
import io.datastream.time.Tumbling;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sensors publish over MQTT; their readings, and the mean of each sensor and minute, go to an InfluxDB. A message is acknowledged
 * when it is durable, and a point that is written twice is there once, so a crash loses and doubles nothing.
 *
 * <p>With {@code SIMULATE=600} it publishes ten minutes of made-up sensors itself and checks what arrived. See {@code --help}.
 */
public final class SensorsToInflux {
    private static final String NAME = "sensors-to-influx";
    private static final String READINGS = "readings";
    private static final String MEANS = "minute_means";
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final Duration QUIET = Duration.ofMinutes(1);

    private final Config config;
    private final InfluxPoints influx;
    private final PrintStream out;
    private final AtomicLong unreadable = new AtomicLong();

    private SensorsToInflux(Config config, PrintStream out) {
        this.config = config;
        this.influx = new InfluxPoints(config);
        this.out = out;
    }

    /** Runs the example. Exits with 0 if all its checks pass, 1 if something failed, 2 if the configuration is wrong. */
    public static void main(String[] args) {
        System.exit(run(args, System.out, System.err));
    }

    static int run(String[] args, PrintStream out, PrintStream err) {
        return Programs.run(NAME, SensorOptions.SPEC, args, out, err, config -> new SensorsToInflux(config, out).run());
    }

    private boolean run() throws Exception {
        Servers.check(
                SensorOptions.MQTT_URL.key(),
                config.get(SensorOptions.MQTT_URL),
                config.get(SensorOptions.MQTT_URL).startsWith("mqtts:") ? 8883 : 1883,
                "an MQTT broker; on Debian: apt-get install mosquitto, then mosquitto &");
        influx.prepare();
        int seconds = config.get(SensorOptions.SIMULATE);
        String run = seconds == 0 ? NAME : NAME + "-" + Instant.now().getEpochSecond();
        Path folder = config.get(SensorOptions.OUTPUT).resolve(run);
        FileLogOptions options =
                FileLogOptions.defaults().withRetention(Duration.ofDays(1)).withMaxBytes(1L << 30);
        try (CtrlC ctrlC = CtrlC.handled();
                FileLog log = FileLog.open(folder.resolve("messages"), options)) {
            MqttSource<Reading> sensors = sensors(run, log);
            LocalRuntime runtime = LocalRuntime.create().withCheckpoints(Checkpoints.to(folder.resolve("state")));
            try (PipelineController controller = runtime.start(pipeline(sensors));
                    MqttSubscription subscription = sensors.start()) {
                if (seconds > 0) {
                    return simulate(run, seconds, subscription, controller);
                }
                out.println(NAME + ": runs until Ctrl-C");
                ctrlC.awaitEndOf(controller);
                return true;
            }
        }
    }

    /** Runs with made-up sensors are clients of their own, whose sessions the broker need not keep. */
    private MqttSource<Reading> sensors(String clientId, FileLog log) {
        JsonCodec<Reading.Payload> json = JsonCodec.of(Reading.Payload.class);
        MqttDecoder<Reading> decoder = message -> {
            Reading.Payload sent = json.decode(message.payload());
            return new Reading(message.field("site"), message.field("sensor"), sent.time(), sent.value());
        };
        MqttSource<Reading> sensors = MqttSource.at(config.get(SensorOptions.MQTT_URL), clientId, log, decoder)
                .subscribe("sensors/{site}/{sensor}")
                .withSessionExpiry(clientId.equals(NAME) ? Duration.ofDays(7) : Duration.ofMinutes(1));
        Optional<String> user = config.find(SensorOptions.MQTT_USER);
        Optional<Secret> password = config.find(SensorOptions.MQTT_PASSWORD);
        return user.isPresent() && password.isPresent()
                ? sensors.withCredentials(
                        user.get(), SecretSource.of(password.get().reveal()))
                : sensors;
    }

    private Pipeline pipeline(MqttSource<Reading> sensors) {
        InfluxConnection connection = influx.connection();
        InfluxSink<Reading> points = InfluxSink.into(READINGS, Reading.class, connection)
                .tagged("site", "sensor")
                .without("time")
                .at(Reading::time);
        var readings = Pipeline.from(sensors.source()
                .eventTime(Reading::time)
                .disorderUpTo(SensorPublisher.DISORDER)
                .idleAfter(QUIET)
                .onError(ErrorPolicy.deadLetter()));
        return readings.to(points)
                .and(readings.keyBy(Reading::place)
                        .process(Deduplicate.keepFirst()) // a broker may deliver a message twice
                        .window(Tumbling.of(WINDOW))
                        .aggregate(Aggregations.mean(Reading::value))
                        .to(InfluxSink.windowsInto(MEANS, Reading.Place.class, Double.class, connection)))
                .deadLettersTo(Sinks.calling("unreadable", (time, letter) -> setAside(letter)))
                .named("sensors");
    }

    private void setAside(DeadLetter letter) {
        unreadable.incrementAndGet();
        out.println("  set aside: " + letter);
    }

    /** Publishes, processes what was kept, and compares what is in the InfluxDB with what was published. */
    private boolean simulate(String site, int seconds, MqttSubscription subscription, PipelineController controller)
            throws Exception {
        Instant start = Instant.now().truncatedTo(ChronoUnit.MINUTES).minusSeconds(seconds);
        SensorPublisher publisher = new SensorPublisher(site, start, seconds);
        long began = System.nanoTime();
        publisher.publish(
                config.get(SensorOptions.MQTT_URL),
                config.find(SensorOptions.MQTT_USER).orElse(null),
                config.find(SensorOptions.MQTT_PASSWORD).map(Secret::reveal).orElse(null),
                () -> subscription.status().kept());
        subscription.close();
        controller.drain();
        long millis = (System.nanoTime() - began) / 1_000_000;

        long points = influx.count(READINGS, site);
        long means = influx.count(MEANS, site);
        out.printf(
                Locale.ROOT, "  %,d messages published, kept and processed in %,d ms%n", publisher.messages(), millis);
        out.printf(Locale.ROOT, "  %,d readings and %,d means of a minute are in the InfluxDB%n", points, means);
        List<String> failures = new ArrayList<>();
        check("readings", points, publisher.points(), failures);
        check("means", means, publisher.windows(WINDOW), failures);
        check("messages set aside", unreadable.get(), SensorPublisher.BAD, failures);
        failures.forEach(failure -> out.println("  CHECK FAILED: " + failure));
        out.println(failures.isEmpty() ? "  all checks passed" : "  " + failures.size() + " checks failed");
        return failures.isEmpty();
    }

    private static void check(String what, long is, long expected, List<String> failures) {
        if (is != expected) {
            failures.add(what + ": " + is + " (expected: " + expected + ")");
        }
    }
}
