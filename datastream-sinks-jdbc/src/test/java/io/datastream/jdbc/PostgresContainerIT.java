package io.datastream.jdbc;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

/** The contract on the oldest PostgreSQL that is supported, where there is a Docker to run it. */
class PostgresContainerIT extends JdbcContract {
    private static final String IMAGE = "postgres:12-alpine";

    private static PostgreSQLContainer server;

    @BeforeAll
    static void start() {
        ((Logger) LoggerFactory.getLogger("org.testcontainers")).setLevel(Level.OFF);
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            String skipped = "Tests on " + IMAGE + " skipped: there is no Docker here";
            System.out.println(skipped);
            Assumptions.abort(skipped);
        }
        server = new PostgreSQLContainer(IMAGE);
        server.start();
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.stop();
        }
    }

    @BeforeEach
    void create() {
        String name = "d" + UUID.randomUUID().toString().replace("-", "");
        new TestDatabase(dataSource(server.getDatabaseName())).execute("CREATE DATABASE " + name);
        database = new TestDatabase(dataSource(name));
    }

    private static PGSimpleDataSource dataSource(String name) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {server.getHost()});
        source.setPortNumbers(new int[] {server.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT)});
        source.setDatabaseName(name);
        source.setUser(server.getUsername());
        source.setPassword(server.getPassword());
        return source;
    }
}
