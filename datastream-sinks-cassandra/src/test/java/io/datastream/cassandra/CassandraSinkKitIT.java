package io.datastream.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import io.datastream.cassandra.testserver.CassandraServer;
import io.datastream.secret.SecretSource;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;

/** On the Cassandra of this module's tests, which is left and entered again while the kit has it away. */
class CassandraSinkKitIT extends CassandraSinkKit {
    private static final String PASSWORD = "hunter2";

    private static CassandraServer server;

    @BeforeAll
    static void start() {
        server = CassandraServer.get();
        server.execute("CREATE ROLE IF NOT EXISTS kit WITH PASSWORD = '" + PASSWORD
                + "' AND LOGIN = true AND SUPERUSER = true");
    }

    @Override
    CassandraConnection connection() {
        return Fixtures.plain(server).withUser("kit", SecretSource.of(PASSWORD)).withTimeout(Duration.ofSeconds(20));
    }

    @Override
    CqlSession session() {
        return server.session();
    }

    @Override
    protected List<String> secrets() {
        return List.of(PASSWORD);
    }

    @Override
    protected Server server() {
        return new Server() {
            @Override
            public void stop() throws Exception {
                server.leave();
            }

            @Override
            public void start() throws Exception {
                server.comeBack();
            }
        };
    }
}
