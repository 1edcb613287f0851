package io.datastream.bench.compare;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.jet.Job;
import com.hazelcast.jet.aggregate.AggregateOperations;
import com.hazelcast.jet.kafka.KafkaSinks;
import com.hazelcast.jet.kafka.KafkaSources;
import com.hazelcast.jet.pipeline.Pipeline;
import com.hazelcast.jet.pipeline.WindowDefinition;
import io.datastream.bench.compare.Readings.Mean;
import io.datastream.bench.compare.Readings.Reading;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Hazelcast Jet in one embedded member, without a guarantee, its clients set for throughput. */
final class JetEngine implements Engine {
    @Override
    public void start(io.datastream.bench.compare.Job job) {
        String output = job.output();
        Pipeline pipeline = Pipeline.create();
        pipeline.readFrom(KafkaSources.<byte[], byte[], Reading>kafka(
                        consumer(job), record -> Readings.decode(record.value()), job.input()))
                .withTimestamps(Reading::time, Readings.GRACE_MILLIS)
                .setLocalParallelism(job.threads())
                .groupingKey(Reading::sensor)
                .window(WindowDefinition.tumbling(Readings.WINDOW_MILLIS))
                .aggregate(AggregateOperations.allOf(
                        AggregateOperations.averagingDouble(Reading::value), AggregateOperations.counting()))
                .map(window -> new Mean(
                        window.key(),
                        window.start(),
                        window.end(),
                        window.result().f0(),
                        window.result().f1()))
                .writeTo(KafkaSinks.<Mean>kafka(producer(job))
                        .toRecordFn(mean -> new ProducerRecord<>(
                                output, mean.sensor().getBytes(StandardCharsets.UTF_8), Readings.MEANS.encode(mean)))
                        .build());
        Job running = member(job.threads()).getJet().newJob(pipeline);
        Meter.failWith(running::join);
    }

    private static Properties consumer(io.datastream.bench.compare.Job job) {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", job.bootstrap());
        settings.put("key.deserializer", ByteArrayDeserializer.class.getName());
        settings.put("value.deserializer", ByteArrayDeserializer.class.getName());
        settings.put("auto.offset.reset", "earliest");
        settings.put("max.poll.records", "5000");
        settings.put("max.partition.fetch.bytes", "4194304");
        return settings;
    }

    private static Properties producer(io.datastream.bench.compare.Job job) {
        Properties settings = new Properties();
        settings.put("bootstrap.servers", job.bootstrap());
        settings.put("key.serializer", ByteArraySerializer.class.getName());
        settings.put("value.serializer", ByteArraySerializer.class.getName());
        settings.put("linger.ms", "20");
        settings.put("batch.size", "262144");
        settings.put("buffer.memory", "67108864");
        return settings;
    }

    private static HazelcastInstance member(int threads) {
        Config config = new Config();
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.setProperty("hazelcast.logging.type", "slf4j");
        config.setProperty("hazelcast.socket.bind.any", "false");
        config.getJetConfig().setEnabled(true).setCooperativeThreadCount(threads);
        config.getMetricsConfig().setEnabled(false);
        config.getNetworkConfig().getJoin().getMulticastConfig().setEnabled(false);
        config.getNetworkConfig().getJoin().getAutoDetectionConfig().setEnabled(false);
        config.getNetworkConfig().getInterfaces().setEnabled(true).addInterface("127.0.0.1");
        return Hazelcast.newHazelcastInstance(config);
    }
}
