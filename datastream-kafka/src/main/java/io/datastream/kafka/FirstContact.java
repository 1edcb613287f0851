package io.datastream.kafka;

import io.datastream.kafka.internal.KafkaRefusals;
import io.datastream.kafka.internal.RefusedException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.AdminClient;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;

/** Connects to the brokers, and tells in one sentence why that fails: nobody there, another listener, a refusal. */
final class FirstContact {
    /** After this time without an answer it is found out whether the listener is of another kind. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final KafkaSettings settings;
    private final KafkaRefusals refusals;

    FirstContact(KafkaSettings settings) {
        this.settings = settings;
        this.refusals = settings.refusals();
    }

    /**
     * An administration client that has had an answer.
     *
     * @throws IllegalStateException if it gets none
     */
    AdminClient connect(Map<String, Object> own) {
        AdminClient admin = making(() -> AdminClient.create(settings.client(own)));
        try {
            KafkaFuture<String> answer = admin.describeCluster().clusterId();
            if (!isAnswered(answer, shorter(PATIENCE, settings.connectLimit))) {
                RefusedException other = refusals.otherListener();
                if (other != null) {
                    throw other;
                }
                Duration rest = settings.connectLimit.minus(PATIENCE);
                if (rest.isNegative() || !isAnswered(answer, rest)) {
                    throw new IllegalStateException("Kafka at " + settings.bootstrapServers + ": no answer within "
                            + settings.connectLimit
                            + " (expected: a broker that answers; check host, port and security settings)");
                }
            }
            return admin;
        } catch (RuntimeException e) {
            admin.close(Duration.ofSeconds(1));
            throw e;
        }
    }

    /** Makes a client. */
    <T> T making(Supplier<T> maker) {
        try {
            return maker.get();
        } catch (KafkaException e) {
            RefusedException refused = refusals.explain(e, List.of());
            throw refused == null ? refusals.notMade(e) : refused;
        }
    }

    private boolean isAnswered(KafkaFuture<String> answer, Duration limit) {
        try {
            answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            if (cause instanceof org.apache.kafka.common.errors.TimeoutException) {
                return false;
            }
            RefusedException refused = refusals.explain(cause, List.of());
            throw refused == null ? refusals.notMade(cause) : refused;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while Kafka was asked", e);
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
