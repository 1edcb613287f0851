package io.datastream.examples.servicemetrics;

import io.datastream.config.ConfigSpec;
import io.datastream.config.Option;
import io.datastream.config.Secret;
import java.nio.file.Path;
import java.time.Duration;

/** The options of the example. */
final class MetricsOptions {
    static final Option<Integer> PORT = Option.integer("port")
            .withDefault(8080)
            .between(0, 65_535)
            .withDescription("port of the loopback address to which requests are pushed; 0 for any that is free");
    static final Option<Secret> TOKEN =
            Option.secret("token").withDescription("token that clients must send, if given");
    static final Option<String> JDBC_URL = Option.string("jdbc.url")
            .withDefault("jdbc:postgresql://localhost/metrics")
            .withDescription("PostgreSQL, whose tables are made if they are missing");
    static final Option<String> JDBC_USER =
            Option.string("jdbc.user").withDefault("metrics").withDescription("user of the database");
    static final Option<Secret> JDBC_PASSWORD =
            Option.secret("jdbc.password").withDefault(Secret.of("metrics")).withDescription("password of the user");
    static final Option<Secret> WEBHOOK_URL =
            Option.secret("webhook.url").withDescription("where alerts are posted as JSON, beside the console");
    static final Option<Duration> QUIET = Option.duration("quiet")
            .withDefault(Duration.ofMinutes(1))
            .atLeast(Duration.ofSeconds(1))
            .withDescription("how long nothing may come until minutes that are over are written all the same");
    static final Option<Integer> SIMULATE = Option.integer("simulate")
            .withDefault(0)
            .between(0, 86_400)
            .withDescription("how many seconds of three made-up services are pushed, checked in the end; 0 for none,"
                    + " and then it runs until it is interrupted");
    static final Option<Path> OUTPUT = Option.path("output")
            .withDefault(Path.of("target/service-metrics"))
            .withDescription("folder for the log of requests, the state, and alerts that wait");

    static final ConfigSpec SPEC = ConfigSpec.of(
                    "service-metrics",
                    PORT,
                    TOKEN,
                    JDBC_URL,
                    JDBC_USER,
                    JDBC_PASSWORD,
                    WEBHOOK_URL,
                    QUIET,
                    SIMULATE,
                    OUTPUT)
            .withDescription(
                    "Requests of services by HTTP push to PostgreSQL: rate, p95 and error share of each minute,"
                            + " and alerts.");

    private MetricsOptions() {}
}
