package io.datastream.soak;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads what is committed while the run goes on: counts it, and tells when partitions of a killed worker give results again. */
final class Monitor implements Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Monitor.class);

    private final Map<String, AtomicLong> counts = new ConcurrentHashMap<>();
    private final Map<Integer, Long> killedAt = new HashMap<>();
    private final List<Long> failovers = new ArrayList<>();
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread thread = new Thread(this, "soak-monitor");
    private volatile boolean closed;

    Monitor(String bootstrapServers, List<TopicPartition> partitions) {
        this.consumer = Committed.consumer(bootstrapServers, "earliest");
        partitions.forEach(partition -> counts.putIfAbsent(partition.topic(), new AtomicLong()));
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    void start() {
        thread.start();
    }

    /** Records of a topic, but those of keys that only end the input. */
    long count(String topic) {
        return counts.getOrDefault(topic, new AtomicLong()).get();
    }

    /** All of them. */
    long count() {
        return counts.values().stream().mapToLong(AtomicLong::get).sum();
    }

    /** A worker was killed just now that owned these partitions of the meters. */
    synchronized void killed(Set<Integer> partitions) {
        long now = System.currentTimeMillis();
        partitions.forEach(partition -> killedAt.put(partition, now));
    }

    /** What is measured for a partition does not count, as something else keeps it from results. */
    synchronized void disturbed(int partition) {
        killedAt.remove(partition);
    }

    /** As {@link #disturbed(int)}, for all. */
    synchronized void disturbed() {
        killedAt.clear();
    }

    /** Times from kills of workers to the first result of one of their partitions that was written and seen after it, sorted. */
    synchronized List<Long> failoverMillis() {
        return failovers.stream().sorted().toList();
    }

    @Override
    public void run() {
        while (!closed) {
            try {
                consumer.poll(Duration.ofMillis(50)).forEach(this::take);
            } catch (KafkaException e) {
                LOG.debug("results are not known now", e);
            }
        }
        consumer.close();
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        byte[] key = record.key();
        String name = key == null ? "" : new String(key, StandardCharsets.UTF_8);
        if (Reading.isEnd(name)) {
            return;
        }
        AtomicLong count = counts.get(record.topic());
        if (count != null) {
            count.incrementAndGet();
        }
        if (name.startsWith("p")) {
            written(Integer.parseInt(name.substring(1, name.indexOf('-'))), record.timestamp());
        }
    }

    private synchronized void written(int partition, long timestamp) {
        Long killed = killedAt.get(partition);
        if (killed != null && timestamp > killed) {
            killedAt.remove(partition);
            failovers.add(System.currentTimeMillis() - killed);
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
