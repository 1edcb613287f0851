package io.datastream.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.datastream.Pipeline;
import io.datastream.kafka.Readings.Reading;
import io.datastream.kafka.internal.JoiningFlag;
import io.datastream.runtime.PipelineController;
import io.datastream.testkit.Await;
import io.datastream.testkit.EmbeddedKafka;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.AdminClient;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whether what Kafka measures of clients is in the registry as long as they are open. */
@Timeout(120)
class ClientMetersIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static EmbeddedKafka kafka;

    private final MeterRegistry registry = new SimpleMeterRegistry();

    @BeforeAll
    static void startBroker() {
        kafka = EmbeddedKafka.start();
    }

    @AfterAll
    static void stopBroker() {
        kafka.close();
    }

    private static Pipeline copying(String name) {
        return Pipeline.from(KafkaSource.topic(name, Readings.CODEC).eventTimeNanos(Reading::time))
                .map(Reading::sensor)
                .to(Readings.plain(name + "-out"))
                .named(name);
    }

    private KafkaRuntime runtime() {
        return KafkaRuntime.at(kafka.bootstrapServers()).withInstance("one").withMeters(registry);
    }

    private List<String> kafkaMeters() {
        return registry.getMeters().stream()
                .map(meter -> meter.getId().toString())
                .filter(id -> id.contains("'kafka."))
                .toList();
    }

    private double count(String meter, String pipeline, String client) {
        return registry.find(meter).tags("pipeline", pipeline, "client.id", client).functionCounters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    @Test
    void showsWhatClientsOfAPipelineDoUntilItEnds() {
        kafka.createTopic("shown", 1);
        kafka.produce("shown", "a", "a,1,1.5");
        try (PipelineController controller = runtime().start(copying("shown"))) {
            Await.untilAsserted(SOON, () -> {
                assertThat(count("kafka.consumer.fetch.manager.records.consumed.total", "shown", "shown-one-0"))
                        .isPositive();
                assertThat(count("kafka.producer.record.send.total", "shown", "shown-one-0-producer"))
                        .isPositive();
                assertThat(count("kafka.admin.client.request.total", "shown", "shown-one-admin"))
                        .isPositive();
            });
            assertThat(controller.meters()).isSameAs(registry);
        }
        assertThat(kafkaMeters()).isEmpty();
    }

    @Test
    void tellsWorkersApart() {
        kafka.createTopic("apart", 2);
        try (PipelineController controller = runtime().withThreads(2).start(copying("apart"))) {
            for (String client : List.of("apart-one-0", "apart-one-1", "apart-one-0-restore", "apart-one-1-restore")) {
                Await.until(
                        client,
                        SOON,
                        () -> registry.find("kafka.consumer.connection.count")
                                        .tags("client.id", client)
                                        .meter()
                                != null);
            }
            assertThat(controller.failure()).isEmpty();
        }
    }

    @Test
    void givesEachClientMetersOfItsOwn() {
        kafka.createTopic("own", 2);
        try (Logged logged = new Logged(Map.of("io.micrometer", Level.DEBUG));
                PipelineController one = runtime().withThreads(2).start(copying("own"));
                PipelineController other =
                        runtime().withInstance("two").withThreads(2).start(copying("own"))) {
            Await.untilAsserted(
                    SOON,
                    () -> assertThat(registry.find("kafka.app.info.start.time.ms").meters().stream()
                                    .map(meter -> meter.getId().getTag("client.id")))
                            .containsExactlyInAnyOrder(
                                    "own-one-0",
                                    "own-one-0-producer",
                                    "own-one-0-restore",
                                    "own-one-1",
                                    "own-one-1-producer",
                                    "own-one-1-restore",
                                    "own-one-admin",
                                    "own-two-0",
                                    "own-two-0-producer",
                                    "own-two-0-restore",
                                    "own-two-1",
                                    "own-two-1-producer",
                                    "own-two-1-restore",
                                    "own-two-admin"));
            assertThat(logged.text()).doesNotContain("already registered");
            assertThat(one.failure()).isEmpty();
            assertThat(other.failure()).isEmpty();
        }
    }

    @Test
    void leavesNothingBehindWhenAPipelineIsStartedAgainAndAgain() {
        kafka.createTopic("again", 1);
        Pipeline pipeline = copying("again");
        for (int i = 0; i < 5; i++) {
            runtime().start(pipeline).stop();
            assertThat(kafkaMeters()).isEmpty();
        }
        Await.until("the end of the threads", SOON, () -> threads().isEmpty());
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .filter(name -> name.endsWith("-client-meters"))
                .toList();
    }

    @Test
    void leavesNothingBehindWhenAHundredClientsComeAndGo() {
        KafkaSettings settings = new KafkaSettings(kafka.bootstrapServers());
        try (ClientMeters meters = new ClientMeters(registry, "changing")) {
            meters.producer(settings.producer("first")).close(Duration.ZERO);
            for (int i = 0; i < 100; i++) {
                meters.producer(settings.producer("changing")).close(Duration.ZERO);
                meters.consumer(settings.consumer("changing", "changing", new JoiningFlag()))
                        .close(CloseOptions.timeout(Duration.ZERO));
            }
            assertThat(kafkaMeters()).isEmpty();
            assertThat(meters.looks()).isZero();
        }
        Await.until("the end of the thread", SOON, () -> threads().isEmpty());
    }

    @Test
    void takesOutWhatIsStillThereAtTheEnd() {
        try (AdminClient admin = AdminClient.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            try (ClientMeters meters = new ClientMeters(registry, "left")) {
                meters.add(admin);
                assertThat(kafkaMeters()).isNotEmpty();
            }
            assertThat(kafkaMeters()).isEmpty();
        }
    }

    @Test
    void runsWithARegistryThatRefusesTheMeters() {
        kafka.createTopic("refused", 1);
        kafka.produce("refused", "a", "a,1,1.5");
        registry.config().meterFilter(new MeterFilter() {
            @Override
            public Meter.Id map(Meter.Id id) {
                if (id.getName().startsWith("kafka.")) {
                    throw new IllegalArgumentException(id.getName());
                }
                return id;
            }
        });
        try (PipelineController controller = runtime().readToEnd().start(copying("refused"))) {
            Await.until(
                    "the result",
                    SOON,
                    () -> !kafka.readCommitted("refused-out").isEmpty());
            assertThat(controller.failure()).isEmpty();
        }
    }
}
