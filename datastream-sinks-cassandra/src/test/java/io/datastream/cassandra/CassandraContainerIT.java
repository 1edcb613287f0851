package io.datastream.cassandra;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.datastax.oss.driver.api.core.CqlSession;
import io.datastream.cassandra.testserver.CassandraServer;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;

/** On the image of Cassandra, where there is a Docker to run it. */
class CassandraContainerIT extends CassandraSinkKit {
    private static final String IMAGE = "cassandra:5.0";
    private static final int PORT = CassandraConnection.DEFAULT_PORT;

    private static GenericContainer<?> server;
    private static CqlSession session;

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
                .waitingFor(Wait.forLogMessage(".*Starting listening for CQL clients.*", 1)
                        .withStartupTimeout(Duration.ofMinutes(3)));
        server.start();
        session = CassandraServer.session(server.getHost(), server.getMappedPort(PORT));
    }

    @AfterAll
    static void stop() {
        if (session != null) {
            session.close();
        }
        if (server != null) {
            server.stop();
        }
    }

    @Override
    CassandraConnection connection() {
        return CassandraConnection.inDatacenter(
                        CassandraServer.DATACENTER, server.getHost() + ":" + server.getMappedPort(PORT))
                .withTimeout(Duration.ofSeconds(20));
    }

    @Override
    CqlSession session() {
        return session;
    }
}
