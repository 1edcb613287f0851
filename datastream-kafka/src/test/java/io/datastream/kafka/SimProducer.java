package io.datastream.kafka;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * A transactional producer on the simulated broker, with the states and errors of Kafka's: what a record met shows in a
 * later call; after a time-out of a commit only the same call may be made again. Has the methods that workers call;
 * {@link SimProxy} makes it a producer.
 */
final class SimProducer {
    private final SimKafka kafka;
    private final SimProcess process;
    private final String id;
    private final ArrayDeque<ProducerRecord<byte[], byte[]>> buffer = new ArrayDeque<>();
    private State state = State.NEW;
    private @Nullable RuntimeException error;
    private int epoch = -1;
    private @Nullable SimTransaction transaction;

    private enum State {
        NEW,
        READY,
        IN_TRANSACTION,
        COMMITTING,
        ABORTING,
        ABORTABLE,
        FATAL,
        CLOSED
    }

    SimProducer(SimKafka kafka, SimProcess process, String id) {
        this.kafka = kafka;
        this.process = process;
        this.id = id;
    }

    void initTransactions() {
        expect(State.NEW);
        SimFaults.Outcome outcome = outcome(kafka.faults.request());
        if (outcome != SimFaults.Outcome.NOT_ARRIVED) {
            epoch = kafka.transactions.init(id);
        }
        if (outcome != SimFaults.Outcome.ANSWERED) {
            throw noAnswer("initTransactions");
        }
        state = State.READY;
    }

    void beginTransaction() {
        failIfFatal();
        expect(State.READY);
        state = State.IN_TRANSACTION;
        transaction = null;
        buffer.clear();
    }

    Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
        failIfFailed();
        expect(State.IN_TRANSACTION);
        buffer.add(record);
        if (kafka.faults.below(4) == 0) {
            deliver(kafka.faults.below(buffer.size() + 1));
        }
        return new CompletableFuture<>();
    }

    /** Sends some of what waits; an error shows in the next call. */
    private void deliver(int count) {
        try {
            for (int i = 0; i < count; i++) {
                boolean fails = !process.isReachable() || kafka.faults.failsToSend();
                if (!fails || (process.isReachable() && kafka.faults.coin())) {
                    append(buffer.remove());
                }
                if (fails) {
                    throw new TimeoutException("records were not delivered in time");
                }
            }
        } catch (ApiException e) {
            fail(e);
        }
    }

    private void append(ProducerRecord<byte[], byte[]> record) {
        transaction = kafka.transactions.open(id, epoch);
        int partitions = kafka.partitions(record.topic());
        int partition = record.partition() != null
                ? record.partition()
                : record.key() == null
                        ? kafka.faults.below(partitions)
                        : Utils.toPositive(Utils.murmur2(record.key())) % partitions;
        kafka.log(new TopicPartition(record.topic(), partition))
                .append(new SimLog.Entry(
                        record.key(),
                        record.value(),
                        kafka.now() / SimKafka.MILLI,
                        record.headers(),
                        transaction,
                        false));
    }

    private void fail(ApiException e) {
        if (state != State.FATAL) {
            state = e instanceof ProducerFencedException ? State.FATAL : State.ABORTABLE;
            error = e;
        }
    }

    void sendOffsetsToTransaction(Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata member) {
        failIfFailed();
        expect(State.IN_TRANSACTION);
        SimFaults.Outcome outcome = outcome(kafka.faults.request());
        if (outcome != SimFaults.Outcome.NOT_ARRIVED) {
            try {
                SimTransaction opened = kafka.transactions.open(id, epoch);
                transaction = opened;
                CommitFailedException refusal = kafka.group.refuse(member);
                if (refusal != null) {
                    state = State.ABORTABLE;
                    error = refusal;
                    throw refusal;
                }
                opened.offsets.putAll(offsets);
            } catch (ApiException e) {
                fail(e);
                throw e;
            }
        }
        if (outcome != SimFaults.Outcome.ANSWERED) {
            throw noAnswer("sendOffsetsToTransaction");
        }
    }

    void commitTransaction() {
        if (state != State.COMMITTING) {
            failIfFailed();
            expect(State.IN_TRANSACTION);
            deliver(buffer.size());
            failIfFailed();
        }
        end(true);
    }

    void abortTransaction() {
        failIfFatal();
        if (state == State.COMMITTING) {
            throw new IllegalStateException("commitTransaction timed out and must be called again");
        }
        buffer.clear();
        end(false);
    }

    private void end(boolean commit) {
        SimFaults.Outcome outcome = outcome(kafka.faults.end(commit));
        SimTransaction ending = transaction;
        int ended = epoch;
        try {
            if (outcome == SimFaults.Outcome.LATE) {
                kafka.in(kafka.faults.lateness(), () -> endLate(ended, ending));
            } else if (outcome != SimFaults.Outcome.NOT_ARRIVED) {
                kafka.transactions.end(id, ended, ending, commit);
            }
        } catch (ProducerFencedException | InvalidProducerEpochException e) {
            state = State.FATAL;
            error = e;
            throw e;
        }
        if (outcome != SimFaults.Outcome.ANSWERED) {
            kafka.counts.unknownEnds++;
            kafka.trace.add(kafka.now(), process.instance, commit ? "commit is" : "abort is", outcome);
            state = commit ? State.COMMITTING : State.ABORTING;
            throw noAnswer(commit ? "commitTransaction" : "abortTransaction");
        }
        state = State.READY;
    }

    private void endLate(int ended, @Nullable SimTransaction ending) {
        try {
            kafka.transactions.end(id, ended, ending, true);
        } catch (ProducerFencedException | InvalidProducerEpochException e) {
            kafka.trace.add(kafka.now(), "broker", "is asked too late", e.getMessage());
        }
    }

    private SimFaults.Outcome outcome(SimFaults.Outcome drawn) {
        return process.isReachable() ? drawn : SimFaults.Outcome.NOT_ARRIVED;
    }

    private TimeoutException noAnswer(String call) {
        process.sleep(kafka.faults.patience());
        return new TimeoutException("no answer to " + call);
    }

    private void failIfFatal() {
        if (state == State.FATAL) {
            throw new KafkaException("the producer is in an error state", error);
        }
    }

    private void failIfFailed() {
        failIfFatal();
        if (state == State.ABORTABLE) {
            throw new KafkaException("the transaction can only be aborted", error);
        }
    }

    private void expect(State wanted) {
        if (state != wanted) {
            throw new IllegalStateException("producer " + id + " is " + state + " (expected: " + wanted + ")");
        }
    }

    void close(Duration limit) {
        boolean isOpen = state == State.IN_TRANSACTION || state == State.ABORTABLE;
        if (isOpen && !limit.isZero() && process.isReachable()) {
            try {
                kafka.transactions.end(id, epoch, transaction, false);
            } catch (ProducerFencedException | InvalidProducerEpochException e) {
                kafka.trace.add(kafka.now(), process.instance, "closes", e.getMessage());
            }
        }
        state = State.CLOSED;
    }
}
