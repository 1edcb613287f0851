package io.datastream.kafka;

import io.datastream.kafka.internal.JoiningFlag;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The simulated Kafka as one process sees it. */
final class SimBroker implements Broker {
    private final SimKafka kafka;
    private final SimProcess process;
    private final int mostRecords;

    SimBroker(SimKafka kafka, SimProcess process, int mostRecords) {
        this.kafka = kafka;
        this.process = process;
        this.mostRecords = mostRecords;
    }

    @Override
    public Consumer<byte[], byte[]> member(String clientId, JoiningFlag joining) {
        return SimProxy.of(Consumer.class, process, new SimConsumer(kafka, process, joining, mostRecords));
    }

    @Override
    public Consumer<byte[], byte[]> reader(String clientId) {
        return SimProxy.of(Consumer.class, process, new SimConsumer(kafka, process, null, 4 * mostRecords));
    }

    @Override
    public Producer<byte[], byte[]> producer(String transactionalId) {
        return SimProxy.of(Producer.class, process, new SimProducer(kafka, process, transactionalId));
    }

    @Override
    public Map<TopicPartition, @Nullable OffsetAndMetadata> offsets(
            Collection<TopicPartition> partitions, boolean stable) {
        ask("offsets");
        Map<TopicPartition, @Nullable OffsetAndMetadata> found = new HashMap<>();
        for (TopicPartition partition : partitions) {
            if (stable && kafka.transactions.isPending(partition)) {
                kafka.lastHeld = kafka.now();
                process.sleep(20 * SimKafka.MILLI);
                throw new NotNowException(new TimeoutException(partition + " is not stable"));
            }
            found.put(partition, kafka.committed(partition));
        }
        return found;
    }

    @Override
    public long end(TopicPartition partition) {
        ask("end");
        return kafka.log(partition).end();
    }

    @Override
    public Future<Long> endLater(TopicPartition partition) {
        CompletableFuture<Long> end = new CompletableFuture<>();
        kafka.in(kafka.faults.latency(), () -> {
            if (process.isReachable() && kafka.faults.request() == SimFaults.Outcome.ANSWERED) {
                end.complete(kafka.log(partition).end());
            } else {
                end.completeExceptionally(new TimeoutException("no answer to endLater"));
            }
        });
        return end;
    }

    @Override
    public void fence(String transactionalId) {
        if (process.isReachable()) {
            kafka.transactions.init(transactionalId);
        }
        ask("fence");
    }

    @Override
    public void deleteBefore(Map<TopicPartition, Long> offsets) {
        if (process.isReachable() && kafka.faults.request() == SimFaults.Outcome.ANSWERED) {
            kafka.counts.purges++;
            kafka.in(
                    kafka.faults.latency(),
                    () -> offsets.forEach(
                            (partition, offset) -> kafka.log(partition).deleteBefore(offset)));
        }
    }

    private void ask(String what) {
        if (!process.isReachable() || kafka.faults.request() != SimFaults.Outcome.ANSWERED) {
            process.sleep(kafka.faults.patience());
            throw new NotNowException(new TimeoutException("no answer to " + what));
        }
    }

    @Override
    public long nanoTime() {
        kafka.advance(1_000);
        return kafka.now();
    }

    @Override
    public void pause(long millis) {
        process.sleep(millis * SimKafka.MILLI);
    }
}
