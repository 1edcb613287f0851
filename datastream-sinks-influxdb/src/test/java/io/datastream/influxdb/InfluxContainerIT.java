package io.datastream.influxdb;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.datastream.secret.SecretSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;

/** On a real InfluxDB 2, where there is a Docker to run its image. */
class InfluxContainerIT extends InfluxSinkKit {
    private static final String IMAGE = "influxdb:2.7-alpine";
    private static final int PORT = 8086;
    private static final String TOKEN = "s3cret-token";

    private static GenericContainer<?> server;

    private String bucket = "";

    @BeforeAll
    static void start() {
        ((Logger) LoggerFactory.getLogger("org.testcontainers")).setLevel(Level.OFF);
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            String skipped = "Tests on " + IMAGE + " skipped: there is no Docker here";
            System.out.println(skipped);
            Assumptions.abort(skipped);
        }
        server = new GenericContainer<>(IMAGE)
                .withExposedPorts(PORT)
                .withEnv(Map.of(
                        "DOCKER_INFLUXDB_INIT_MODE", "setup",
                        "DOCKER_INFLUXDB_INIT_USERNAME", "admin",
                        "DOCKER_INFLUXDB_INIT_PASSWORD", "admin-password",
                        "DOCKER_INFLUXDB_INIT_ORG", "acme",
                        "DOCKER_INFLUXDB_INIT_BUCKET", "first",
                        "DOCKER_INFLUXDB_INIT_ADMIN_TOKEN", TOKEN))
                .waitingFor(Wait.forHttp("/health").forPort(PORT).forStatusCode(200));
        server.start();
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.stop();
        }
    }

    @BeforeEach
    void create() throws Exception {
        bucket = "b" + UUID.randomUUID();
        server.execInContainer("influx", "bucket", "create", "-n", bucket, "-o", "acme", "-t", TOKEN);
    }

    private static String url() {
        return "http://" + server.getHost() + ":" + server.getMappedPort(PORT);
    }

    @Override
    InfluxConnection connection() {
        return InfluxConnection.v2(url(), "acme", bucket).withToken(SecretSource.of(TOKEN));
    }

    @Override
    protected List<Reading> contents() {
        return InfluxQuery.rows(url(), "Token " + TOKEN, "SELECT note, sensor, value FROM readings", bucket).stream()
                .map(row -> new Reading(row.get(4), row.get(3), Long.parseLong(row.get(5))))
                .toList();
    }

    @Override
    protected List<String> secrets() {
        return List.of(TOKEN);
    }
}
