package io.datastream.kafka;

import io.datastream.kafka.internal.JoiningFlag;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A real Kafka. */
final class AdminBroker implements Broker {
    private static final Logger LOG = LoggerFactory.getLogger(AdminBroker.class);
    private static final int STABLE_LIMIT = 1_000;
    private static final int LIMIT = 5_000;

    private final KafkaSettings settings;
    private final String group;
    private final Admin admin;
    private final ClientMeters clients;

    AdminBroker(KafkaSettings settings, String group, Admin admin, ClientMeters clients) {
        this.settings = settings;
        this.group = group;
        this.admin = admin;
        this.clients = clients;
    }

    @Override
    public Consumer<byte[], byte[]> member(String clientId, JoiningFlag joining) {
        return clients.consumer(settings.consumer(group, clientId, joining));
    }

    @Override
    public Consumer<byte[], byte[]> reader(String clientId) {
        return clients.consumer(settings.restorer(clientId));
    }

    @Override
    public Producer<byte[], byte[]> producer(String transactionalId) {
        return clients.producer(settings.producer(transactionalId));
    }

    @Override
    public Map<TopicPartition, @Nullable OffsetAndMetadata> offsets(
            Collection<TopicPartition> partitions, boolean stable) {
        ListConsumerGroupOffsetsSpec spec = new ListConsumerGroupOffsetsSpec().topicPartitions(partitions);
        ListConsumerGroupOffsetsOptions options = new ListConsumerGroupOffsetsOptions().requireStable(stable);
        options.timeoutMs(stable ? STABLE_LIMIT : LIMIT);
        Map<TopicPartition, @Nullable OffsetAndMetadata> found = answer(
                admin.listConsumerGroupOffsets(Map.of(group, spec), options).partitionsToOffsetAndMetadata(group));
        for (TopicPartition partition : partitions) {
            // the client leaves out what the broker would not tell, and gives null for no position
            if (!found.containsKey(partition)) {
                throwIfRefused(partition.topic());
                throw new NotNowException(new IllegalStateException("group " + group + ": its position in " + partition
                        + " is not told now (expected: no transaction under way for it)"));
            }
        }
        return found;
    }

    /** Positions in topics that may not be read are left out without a word. */
    private void throwIfRefused(String topic) {
        try {
            answer(admin.describeTopics(List.of(topic)).allTopicNames());
        } catch (TopicAuthorizationException e) {
            throw new TopicAuthorizationException(Set.of(topic));
        }
    }

    @Override
    public long end(TopicPartition partition) {
        return answer(listEnd(partition)).offset();
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // its outcome goes into the future that is returned
    public Future<Long> endLater(TopicPartition partition) {
        CompletableFuture<Long> end = new CompletableFuture<>();
        listEnd(partition).whenComplete((found, error) -> {
            if (found != null) {
                end.complete(found.offset());
            } else {
                end.completeExceptionally(error);
            }
        });
        return end;
    }

    private KafkaFuture<ListOffsetsResult.ListOffsetsResultInfo> listEnd(TopicPartition partition) {
        return admin.listOffsets(
                        Map.of(partition, OffsetSpec.latest()), new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED))
                .partitionResult(partition);
    }

    @Override
    public void fence(String transactionalId) {
        try {
            answer(admin.fenceProducers(List.of(transactionalId)).all());
        } catch (ApiException e) {
            throw new NotNowException(e); // refused for the id of another process, whose transaction will time out
        }
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // a failure is logged, and it is tried again some time
    public void deleteBefore(Map<TopicPartition, Long> offsets) {
        Map<TopicPartition, RecordsToDelete> wanted = new HashMap<>();
        offsets.forEach((partition, offset) -> wanted.put(partition, RecordsToDelete.beforeOffset(offset)));
        admin.deleteRecords(wanted).all().whenComplete((done, error) -> {
            if (error != null) {
                LOG.debug("group {}: records of exchanges could not be deleted now", group, error);
            }
        });
    }

    private static <T> T answer(KafkaFuture<T> future) {
        try {
            return future.get(LIMIT, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            RuntimeException lasting = KafkaErrors.lasting(e);
            if (lasting != null) {
                throw lasting;
            }
            throw new NotNowException(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            throw new NotNowException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoppedException("Kafka was asked", e);
        }
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public void pause(long millis) {
        Pause.millis(millis);
    }
}
