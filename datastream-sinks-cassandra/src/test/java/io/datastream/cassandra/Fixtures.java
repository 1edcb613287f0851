package io.datastream.cassandra;

import io.datastream.cassandra.testserver.CassandraServer;
import io.datastream.secret.SecretSource;
import io.datastream.sink.SinkContext;
import java.time.Duration;

/** What sinks of the tests are made of. */
final class Fixtures {
    private Fixtures() {}

    static CassandraConnection plain(CassandraServer server) {
        return CassandraConnection.inDatacenter(CassandraServer.DATACENTER, server.address());
    }

    static CassandraConnection connection(CassandraServer server) {
        return connection(server.port());
    }

    static CassandraConnection connection(int port) {
        return CassandraConnection.inDatacenter(CassandraServer.DATACENTER, "127.0.0.1:" + port)
                .withUser(CassandraServer.USER, SecretSource.of(CassandraServer.PASSWORD))
                .withTimeout(Duration.ofSeconds(20));
    }

    static SinkContext context() {
        return SinkContext.fresh("pipeline", "step", 0, 1);
    }
}
