package io.datastream.kafka;

import io.datastream.kafka.PartitionTask.Attempt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transactions of one worker: results, changed state and positions of its partitions move together or not at all.
 *
 * <p>After an abort everything is still there and goes into the next transaction. If the outcome of a commit is unknown,
 * a new producer with the same transactional id makes the broker decide, and the committed positions tell how.
 */
final class Transactions implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);
    private static final int COMMIT_TRIES = 8;
    private static final int FENCED_LIMIT = 10;

    private final Broker broker;
    private final Topology topology;
    private final String transactionalId;
    private final BooleanSupplier stopped;
    private Producer<byte[], byte[]> producer;
    private int fencedInARow;

    Transactions(Broker broker, Topology topology, String transactionalId, BooleanSupplier stopped) {
        this.broker = broker;
        this.topology = topology;
        this.transactionalId = transactionalId;
        this.stopped = stopped;
        this.producer = newProducer();
    }

    String transactionalId() {
        return transactionalId;
    }

    /** A producer that has ended what an earlier one of the same id left open. */
    private Producer<byte[], byte[]> newProducer() {
        while (true) {
            Producer<byte[], byte[]> made = broker.producer(transactionalId);
            try {
                made.initTransactions();
                return made;
            } catch (KafkaException e) {
                made.close(Duration.ZERO);
                if (e instanceof AuthorizationException
                        || e instanceof UnsupportedVersionException
                        || stopped.getAsBoolean()) {
                    throw e;
                }
                LOG.warn("transactional id {}: the broker does not take it yet: {}", transactionalId, e.toString());
                broker.pause(500);
            }
        }
    }

    /**
     * Commits what the tasks carry.
     *
     * @return whether it is committed; if not, it is still carried
     */
    boolean commit(List<PartitionTask> tasks, ConsumerGroupMetadata member) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        List<Attempt> attempts = new ArrayList<>();
        Map<String, List<Mark>> marks = new TreeMap<>();
        for (PartitionTask task : tasks) {
            task.collectChanges();
            task.tellMarks(marks);
            Attempt attempt = task.attempt(transactionalId);
            offsets.put(task.partition, attempt.offset());
            attempts.add(attempt);
        }
        boolean committing = false;
        try {
            producer.beginTransaction();
            for (PartitionTask task : tasks) {
                send(task);
            }
            marks.forEach(this::send); // after all rows that they speak of
            producer.sendOffsetsToTransaction(offsets, member);
            committing = true;
            commitPatiently();
        } catch (KafkaException | IllegalStateException e) {
            if (e instanceof KafkaException error && !isFatal(error) && isAborted(error, committing)) {
                return false;
            }
            replaceProducer(e);
            return resolve(attempts);
        }
        fencedInARow = 0;
        attempts.forEach(Attempt::succeeded);
        return true;
    }

    private void send(PartitionTask task) {
        for (ProducerRecord<byte[], byte[]> record : task.outputs()) {
            sendLater(record);
        }
        for (Map.Entry<EntryKey, byte[]> change : task.changes().entrySet()) {
            sendLater(new ProducerRecord<>(
                    task.changelog, task.partition.partition(), change.getKey().bytes(), change.getValue()));
        }
    }

    private void send(String exchange, List<Mark> marks) {
        byte[] bytes = Mark.encode(marks);
        for (int i = 0; i < topology.partitions(exchange); i++) {
            sendLater(new ProducerRecord<>(exchange, i, null, bytes));
        }
    }

    /** A record that cannot be sent makes the commit fail, so its own answer is not asked for. */
    @SuppressWarnings("FutureReturnValueIgnored")
    private void sendLater(ProducerRecord<byte[], byte[]> record) {
        producer.send(record);
    }

    /** After a timeout only the same call may be repeated. */
    private void commitPatiently() {
        for (int i = 1; ; i++) {
            try {
                producer.commitTransaction();
                return;
            } catch (TimeoutException e) {
                if (i == COMMIT_TRIES) {
                    throw e;
                }
                LOG.warn("transactional id {}: no answer to a commit yet, asking again", transactionalId);
            }
        }
    }

    private boolean isAborted(KafkaException error, boolean committing) {
        if (committing
                && !(error instanceof TransactionAbortableException)
                && !(error instanceof CommitFailedException)) {
            return false;
        }
        try {
            producer.abortTransaction();
            LOG.info(
                    "transactional id {}: a transaction was aborted and will be sent again: {}",
                    transactionalId,
                    error.toString());
            return true;
        } catch (KafkaException e) {
            LOG.info("transactional id {}: a transaction could not be aborted: {}", transactionalId, e.toString());
            return false;
        }
    }

    private static boolean isFatal(Throwable error) {
        for (Throwable at = error; at != null; at = at.getCause()) {
            if (at instanceof ProducerFencedException
                    || at instanceof InvalidProducerEpochException
                    || at instanceof OutOfOrderSequenceException
                    || at instanceof AuthorizationException
                    || at instanceof UnsupportedVersionException
                    || at instanceof InvalidPidMappingException) {
                return true;
            }
        }
        return false;
    }

    private void replaceProducer(RuntimeException error) {
        for (Throwable at = error; at != null; at = at.getCause()) {
            if (at instanceof AuthorizationException authorization) {
                throw authorization;
            }
        }
        if (error instanceof ProducerFencedException || error instanceof InvalidProducerEpochException) {
            fencedInARow++;
            if (fencedInARow > FENCED_LIMIT) {
                throw new IllegalStateException(
                        "transactional id " + transactionalId + ": fenced " + fencedInARow
                                + " times in a row (expected: one process an instance; withInstance gives each its own name)",
                        error);
            }
        }
        LOG.warn("transactional id {}: its producer is replaced after {}", transactionalId, error.toString());
        producer.close(Duration.ZERO);
        producer = newProducer();
    }

    /** The new producer has made the broker decide about the old transaction; the committed positions tell how. */
    private boolean resolve(List<Attempt> attempts) {
        Map<TopicPartition, @Nullable OffsetAndMetadata> stable = stableOffsets(
                attempts.stream().map(attempt -> attempt.task().partition).toList());
        boolean all = true;
        for (Attempt attempt : attempts) {
            OffsetAndMetadata found = stable.get(attempt.task().partition);
            if (found != null
                    && found.offset() == attempt.offset().offset()
                    && found.metadata().equals(attempt.offset().metadata())) {
                attempt.succeeded();
            } else {
                all = false;
            }
        }
        return all;
    }

    private Map<TopicPartition, @Nullable OffsetAndMetadata> stableOffsets(List<TopicPartition> partitions) {
        while (true) {
            try {
                return broker.offsets(partitions, true);
            } catch (Broker.NotNowException e) {
                if (stopped.getAsBoolean()) {
                    throw new IllegalStateException("stopped before the outcome of a commit was known", e);
                }
                LOG.warn("transactional id {}: offsets cannot be read yet: {}", transactionalId, e.toString());
                broker.pause(300);
            }
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
