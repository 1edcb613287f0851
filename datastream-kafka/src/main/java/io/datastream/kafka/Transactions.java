package io.datastream.kafka;

import io.datastream.kafka.PartitionTask.Attempt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transactions of one worker: results, changed state and positions of its partitions move together or not at all.
 *
 * <p>After an abort everything is still there and goes into the next transaction. If the outcome of a commit is unknown,
 * a new producer with the same transactional id makes the broker decide, and the committed positions tell how.
 */
final class Transactions {
    private static final Logger LOG = LoggerFactory.getLogger(Transactions.class);
    private static final int COMMIT_TRIES = 8;
    private static final int FENCED_LIMIT = 10;

    private final Broker broker;
    private final WorkerHost host;
    private final String transactionalId;
    private @Nullable Producer<byte[], byte[]> producer;
    private int fencedInARow;

    /** Why nothing is committed, for others to read. */
    final Trouble trouble;

    Transactions(Broker broker, WorkerHost host, String transactionalId) {
        this.broker = broker;
        this.host = host;
        this.transactionalId = transactionalId;
        this.trouble = new Trouble("no commit succeeds", host.settings().clock);
    }

    /**
     * Waits for the broker to take the transactional id.
     *
     * @throws StoppedException if the worker is to end before
     */
    void open() {
        trouble.tried();
        producer = newProducer();
        trouble.succeeded();
    }

    private Producer<byte[], byte[]> producer() {
        return Objects.requireNonNull(producer, "open() comes first");
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
                trouble.failed(e);
                RuntimeException lasting = KafkaErrors.lasting(e);
                if (lasting != null) {
                    throw lasting;
                }
                if (e instanceof InterruptException || host.isStopped()) {
                    throw new StoppedException("transactional id " + transactionalId + " was not taken", e);
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
        trouble.tried();
        try {
            producer().beginTransaction();
            for (PartitionTask task : tasks) {
                send(task);
            }
            marks.forEach(this::send); // after all rows that they speak of
            producer().sendOffsetsToTransaction(offsets, member);
            committing = true;
            commitPatiently();
        } catch (InterruptException e) {
            throw new StoppedException("a commit of " + transactionalId + " was under way", e);
        } catch (KafkaException | IllegalStateException e) {
            trouble.failed(e);
            return isCommittedInTheEnd(e, committing, tasks, attempts);
        }
        fencedInARow = 0;
        trouble.succeeded();
        attempts.forEach(Attempt::succeeded);
        return true;
    }

    /** Does what an error asks for. Returns whether the transaction turns out to be committed all the same. */
    private boolean isCommittedInTheEnd(
            RuntimeException error, boolean committing, List<PartitionTask> tasks, List<Attempt> attempts) {
        switch (KafkaErrors.remedy(error)) {
            case GIVE_UP -> throw lasting(error, tasks);
            case SEND_AGAIN -> {
                if (isAborted(error, committing)) {
                    return false;
                }
            }
            case NEW_PRODUCER -> {} // done below
        }
        replaceProducer(error);
        return resolve(attempts);
    }

    private RuntimeException lasting(RuntimeException error, List<PartitionTask> tasks) {
        RuntimeException lasting = Objects.requireNonNull(KafkaErrors.lasting(error));
        if (!(lasting instanceof RecordTooLargeException)) {
            return lasting;
        }
        OversizedRecord oversized = new OversizedRecord(host.topology(), host.recordLimits());
        tasks.forEach(task -> {
            task.outputs().forEach(oversized::look);
            task.changes().forEach((key, value) -> oversized.look(change(task, key, value)));
        });
        return oversized.error(lasting);
    }

    private void send(PartitionTask task) {
        for (ProducerRecord<byte[], byte[]> record : task.outputs()) {
            sendLater(record);
        }
        for (Map.Entry<EntryKey, byte[]> change : task.changes().entrySet()) {
            sendLater(change(task, change.getKey(), change.getValue()));
        }
    }

    private static ProducerRecord<byte[], byte[]> change(PartitionTask task, EntryKey key, byte @Nullable [] value) {
        return new ProducerRecord<>(task.changelog, task.partition.partition(), key.bytes(), value);
    }

    private void send(String exchange, List<Mark> marks) {
        byte[] bytes = Mark.encode(marks);
        for (int i = 0; i < host.topology().partitions(exchange); i++) {
            sendLater(new ProducerRecord<>(exchange, i, null, bytes));
        }
    }

    /** A record that cannot be sent makes the commit fail, so its own answer is not asked for. */
    @SuppressWarnings("FutureReturnValueIgnored")
    private void sendLater(ProducerRecord<byte[], byte[]> record) {
        producer().send(record);
    }

    /** After a timeout only the same call may be repeated. */
    private void commitPatiently() {
        for (int i = 1; ; i++) {
            try {
                producer().commitTransaction();
                return;
            } catch (TimeoutException e) {
                if (i == COMMIT_TRIES) {
                    throw e;
                }
                trouble.failed(e);
                LOG.warn("transactional id {}: no answer to a commit yet, asking again", transactionalId);
            }
        }
    }

    private boolean isAborted(RuntimeException error, boolean committing) {
        if (committing
                && !(error instanceof TransactionAbortableException)
                && !(error instanceof CommitFailedException)) {
            return false;
        }
        try {
            producer().abortTransaction();
            LOG.info(
                    "transactional id {}: a transaction was aborted and will be sent again: {}",
                    transactionalId,
                    error.toString());
            return true;
        } catch (InterruptException e) {
            throw new StoppedException("a transaction of " + transactionalId + " was to be aborted", e);
        } catch (KafkaException e) {
            LOG.info("transactional id {}: a transaction could not be aborted: {}", transactionalId, e.toString());
            return false;
        }
    }

    private void replaceProducer(RuntimeException error) {
        if (KafkaErrors.isFenced(error)) {
            fencedInARow++;
            if (fencedInARow > FENCED_LIMIT) {
                throw new IllegalStateException(
                        "transactional id " + transactionalId + ": fenced " + fencedInARow
                                + " times in a row (expected: one process an instance; withInstance gives each its own name)",
                        error);
            }
        }
        LOG.warn("transactional id {}: its producer is replaced after {}", transactionalId, error.toString());
        producer().close(Duration.ZERO);
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
        if (all) {
            trouble.succeeded();
        }
        return all;
    }

    private Map<TopicPartition, @Nullable OffsetAndMetadata> stableOffsets(List<TopicPartition> partitions) {
        while (true) {
            try {
                return broker.offsets(partitions, true);
            } catch (Broker.NotNowException e) {
                trouble.failed(e);
                if (host.isStopped()) {
                    throw new StoppedException("the outcome of a commit of " + transactionalId + " is not known", e);
                }
                LOG.warn("transactional id {}: offsets cannot be read yet: {}", transactionalId, e.toString());
                broker.pause(300);
            }
        }
    }

    void close(Duration limit) {
        if (producer != null) {
            producer.close(limit);
        }
    }
}
