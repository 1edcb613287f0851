package io.datastream.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The sessions of this JVM that writers use at present, one for each connection. */
final class Sessions {
    private static final Map<String, Shared> IN_USE = new HashMap<>();

    private Sessions() {}

    private static final class Shared {
        @Nullable
        CqlSession session;

        int users;

        /** Opens the session, one thread for all, without holding up those of other connections. */
        synchronized CqlSession open(CassandraConnection connection) {
            CqlSession opened = session;
            if (opened == null) {
                opened = connection.open();
                session = opened;
            }
            return opened;
        }

        synchronized void close() {
            if (session != null) {
                session.close();
            }
        }
    }

    /** The session of a connection, to be released once. */
    static CqlSession acquire(CassandraConnection connection) {
        CqlSession given = connection.given();
        if (given != null) {
            return given;
        }
        Shared shared;
        synchronized (IN_USE) {
            shared = IN_USE.computeIfAbsent(connection.id(), id -> new Shared());
            shared.users++;
        }
        try {
            return shared.open(connection);
        } catch (RuntimeException e) {
            release(connection);
            throw e;
        }
    }

    static void release(CassandraConnection connection) {
        if (connection.given() != null) {
            return;
        }
        Shared last = null;
        synchronized (IN_USE) {
            Shared shared = IN_USE.get(connection.id());
            if (shared != null && --shared.users == 0) {
                last = IN_USE.remove(connection.id());
            }
        }
        if (last != null) {
            last.close();
        }
    }

    /** How many there are. */
    static int count() {
        synchronized (IN_USE) {
            return IN_USE.size();
        }
    }
}
