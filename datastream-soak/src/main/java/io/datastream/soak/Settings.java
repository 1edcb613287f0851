package io.datastream.soak;

import io.datastream.config.Config;
import io.datastream.config.ConfigSpec;
import io.datastream.config.Option;
import io.datastream.kafka.GroupProtocol;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How long, how much and how a run goes.
 *
 * @param duration how long records are written and processes killed; then the run waits for all results
 * @param seed of the records and of what goes wrong
 * @param rate records a second
 * @param workers worker JVMs at the start; up to two more may be added
 * @param brokers broker JVMs; from three on the others take over when one is away
 * @param folder takes logs and the brokers' data
 */
record Settings(Duration duration, long seed, int rate, int workers, int brokers, GroupProtocol protocol, Path folder) {
    private static final Option<Double> MINUTES = Option.number("soak.minutes")
            .withDefault(5.0)
            .between(0.25, 24 * 60.0)
            .withDescription("how long records are written and processes killed");
    private static final Option<Long> SEED = Option.longInteger("soak.seed")
            .withDefault(1L)
            .withDescription("seed of the records and of what goes wrong");
    private static final Option<Integer> RATE =
            Option.integer("soak.rate").withDefault(2_000).between(100, 50_000).withDescription("records a second");
    private static final Option<Integer> WORKERS =
            Option.integer("soak.workers").withDefault(3).between(1, 16).withDescription("worker JVMs at the start");
    private static final Option<Integer> BROKERS = Option.integer("soak.brokers")
            .withDefault(3)
            .between(1, 9)
            .withDescription("broker JVMs; from three on the others take over when one is away");
    private static final Option<GroupProtocol> PROTOCOL = Option.choice("soak.protocol", GroupProtocol.class)
            .withDefault(GroupProtocol.CLASSIC)
            .withDescription("group protocol of the workers");
    private static final Option<Path> FOLDER = Option.path("soak.folder")
            .withDefault(Path.of("target", "soak"))
            .withDescription("takes logs and, after a failure, the data of the brokers");

    static final ConfigSpec SPEC = ConfigSpec.of("soak", MINUTES, SEED, RATE, WORKERS, BROKERS, PROTOCOL, FOLDER)
            .withDescription("Pipelines on Kafka under kills, freezes and restarts, compared with a model.");

    static Settings of(Config config) {
        return new Settings(
                Duration.ofMillis(Math.round(config.get(MINUTES) * 60_000)),
                config.get(SEED),
                config.get(RATE),
                config.get(WORKERS),
                config.get(BROKERS),
                config.get(PROTOCOL),
                config.get(FOLDER).toAbsolutePath());
    }

    /** How to run the same again. */
    String command() {
        return "mvn -Psoak -Dsoak.minutes=" + duration.toMillis() / 60_000.0 + " -Dsoak.seed=" + seed
                + " -Dsoak.rate=" + rate + " -Dsoak.workers=" + workers + " -Dsoak.brokers=" + brokers
                + " -Dsoak.protocol=" + protocol.name().toLowerCase(java.util.Locale.ROOT);
    }
}
