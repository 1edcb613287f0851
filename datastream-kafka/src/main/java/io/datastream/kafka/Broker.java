package io.datastream.kafka;

import io.datastream.kafka.internal.JoiningFlag;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * All that workers need of Kafka and of time: what they do is a function of the answers they get here, so that a
 * simulated Kafka can stand in its place. One for each pipeline that runs.
 */
interface Broker {
    /** A member of the pipeline's group. */
    Consumer<byte[], byte[]> member(String clientId, JoiningFlag joining);

    /** Reads what is committed, outside of the group. */
    Consumer<byte[], byte[]> reader(String clientId);

    /** A producer that has not yet called {@link Producer#initTransactions}. */
    Producer<byte[], byte[]> producer(String transactionalId);

    /**
     * The positions that the group has committed; null for none.
     *
     * @param stable whether positions of transactions that are not decided yet must be known first
     * @throws NotNowException if they cannot be told now
     */
    Map<TopicPartition, @Nullable OffsetAndMetadata> offsets(Collection<TopicPartition> partitions, boolean stable);

    /**
     * Where a partition ends, counting records of open transactions.
     *
     * @throws NotNowException if that cannot be told now
     */
    long end(TopicPartition partition);

    /** The same without waiting. */
    Future<Long> endLater(TopicPartition partition);

    /**
     * Ends what a producer left open, and the producer with it.
     *
     * @throws NotNowException if the broker does not do it
     */
    void fence(String transactionalId);

    /** Lets the broker delete records before these offsets, some time. */
    void deleteBefore(Map<TopicPartition, Long> offsets);

    /** A clock for lengths of time. */
    long nanoTime();

    /** Waits. */
    void pause(long millis);

    /** The broker does not answer now, or must not yet. */
    final class NotNowException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotNowException(Throwable cause) {
            super(cause);
        }
    }
}
