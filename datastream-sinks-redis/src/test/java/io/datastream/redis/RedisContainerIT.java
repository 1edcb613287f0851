package io.datastream.redis;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;

/** The kit on the image of Redis, where there is a Docker to run it. */
class RedisContainerIT extends RedisSinkKit {
    private static final String IMAGE = "redis:7.4-alpine";
    private static final int PORT = RedisConnection.DEFAULT_PORT;

    private static GenericContainer<?> server;
    private static Asking asking;

    @BeforeAll
    static void start() {
        ((Logger) LoggerFactory.getLogger("org.testcontainers")).setLevel(Level.OFF);
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            String skipped = "Tests on " + IMAGE + " skipped: there is no Docker here";
            System.out.println(skipped);
            Assumptions.abort(skipped);
        }
        List<String> command = new ArrayList<>(List.of("redis-server"));
        command.addAll(OPTIONS);
        server = new GenericContainer<>(IMAGE)
                .withExposedPorts(PORT)
                .withCommand(command.toArray(String[]::new))
                .waitingFor(Wait.forLogMessage(".*Ready to accept connections.*", 1));
        server.start();
        asking = new Asking(RedisContainerIT::address);
    }

    @AfterAll
    static void stop() {
        if (asking != null) {
            asking.close();
        }
        if (server != null) {
            server.stop();
        }
    }

    private static RedisConnection address() {
        return RedisConnection.at(server.getHost(), server.getMappedPort(PORT));
    }

    @Override
    RedisConnection server() {
        return address();
    }

    @Override
    Asking asking() {
        return asking;
    }
}
