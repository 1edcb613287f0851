package io.datastream.kafka;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.kafka.KafkaClientMetrics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.AdminClient;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the clients of one pipeline, with what Kafka measures of them in the pipeline's registry until they are closed.
 *
 * <p>A client measures more as it meets topics and partitions, so the binder looks at it again now and then. One thread
 * does that for all clients. The binder never cancels its looks on a thread that is not its own, so they are kept here:
 * bound and looked at under one lock, and not looked at any more once it is closed.
 */
final class ClientMeters implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClientMeters.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(10);

    private final MeterRegistry registry;
    private final Tags tags;
    private final Looks looks;
    private final Map<Object, Bound> bound = new HashMap<>();

    private static final class Bound {
        final KafkaClientMetrics binder;
        boolean isClosed;

        @Nullable
        ScheduledFuture<?> look;

        Bound(KafkaClientMetrics binder) {
            this.binder = binder;
        }
    }

    /** The thread that looks. It is started with the first client. */
    private final class Looks extends ScheduledThreadPoolExecutor {
        private @Nullable Bound binding;

        Looks(String pipeline) {
            super(1, look -> {
                Thread thread = new Thread(look, "datastream-" + pipeline + "-client-meters");
                thread.setDaemon(true);
                return thread;
            });
            setRemoveOnCancelPolicy(true);
        }

        @Override
        public ScheduledFuture<?> scheduleAtFixedRate(Runnable look, long first, long every, TimeUnit unit) {
            Bound of = binding;
            ScheduledFuture<?> scheduled = super.scheduleAtFixedRate(() -> look(of, look), first, every, unit);
            if (of != null) {
                of.look = scheduled;
            }
            return scheduled;
        }
    }

    ClientMeters(MeterRegistry registry, String pipeline) {
        this.registry = registry;
        this.tags = Tags.of("pipeline", pipeline);
        this.looks = new Looks(pipeline);
    }

    Consumer<byte[], byte[]> consumer(Properties settings) {
        Consumer<byte[], byte[]> made =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer()) {
                    @Override
                    public void close() {
                        unbind(this);
                        super.close();
                    }

                    @Override
                    public void close(CloseOptions options) {
                        unbind(this);
                        super.close(options);
                    }
                };
        bind(made, new KafkaClientMetrics(made, tags, looks, LOOK_EVERY));
        return made;
    }

    Producer<byte[], byte[]> producer(Properties settings) {
        Producer<byte[], byte[]> made =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer()) {
                    @Override
                    public void close() {
                        unbind(this);
                        super.close();
                    }

                    @Override
                    public void close(Duration limit) {
                        unbind(this);
                        super.close(limit);
                    }
                };
        bind(made, new KafkaClientMetrics(made, tags, looks, LOOK_EVERY));
        return made;
    }

    /** Binds a client that others made, until {@link #close}. */
    void add(AdminClient admin) {
        bind(admin, new KafkaClientMetrics(admin, tags, looks, LOOK_EVERY));
    }

    private synchronized void bind(Object client, KafkaClientMetrics binder) {
        Bound binding = new Bound(binder);
        bound.put(client, binding);
        looks.binding = binding;
        try {
            binder.bindTo(registry);
        } catch (RuntimeException e) { // a registry that refuses a meter stops no pipeline
            LOG.warn("meters of {} are not in the registry", client.getClass().getName(), e);
            unbind(client);
        }
    }

    private synchronized void look(@Nullable Bound of, Runnable look) {
        if (of != null && !of.isClosed) {
            look.run();
        }
    }

    private synchronized void unbind(Object client) {
        Bound closing = bound.remove(client);
        if (closing != null) {
            closing.isClosed = true;
            if (closing.look != null) {
                closing.look.cancel(false);
            }
            closing.binder.close();
        }
    }

    /** How many looks are to come. */
    int looks() {
        return looks.getQueue().size();
    }

    /** Takes all that is left out of the registry. */
    @Override
    public synchronized void close() {
        List.copyOf(bound.keySet()).forEach(this::unbind);
        looks.shutdownNow();
    }
}
