package io.datastream.bench.compare;

import io.datastream.testkit.ChildJvm;
import io.datastream.testkit.EmbeddedKafka;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Runs the same work on several engines, by turns, each in a JVM of its own over one broker, checks all results, and
 * prints a table: the mean and the number of readings of 1,000 sensors by windows of a second, from topic to topic. About
 * two of three records have a result.
 *
 * <p>{@code mvn -Pcompare} in the parent folder; {@code -Dcompare.records=4000000 -Dcompare.rounds=3
 * -Dcompare.engines=datastream,jet,clients} say how much.
 */
public final class Compare {
    private static final int THREADS = 2;
    private static final String INPUT = "readings";
    private static final Duration LIMIT = Duration.ofMinutes(6);

    private final int records;
    private final EmbeddedKafka kafka;
    private final Reference reference;
    private final Map<String, List<Run>> runs = new TreeMap<>();

    /** Microseconds, microseconds of CPU and bytes a record: of all, and of the second half. */
    private record Run(double time, double cpu, double bytes, double lateTime, double lateCpu, double lateBytes) {
        static Run parse(String text) {
            String[] parts = text.split(" ");
            double[] n = new double[6];
            for (int i = 0; i < n.length; i++) {
                n[i] = Double.parseDouble(parts[i]);
            }
            return new Run(n[0], n[1], n[2], n[3], n[4], n[5]);
        }
    }

    private Compare(int records, EmbeddedKafka kafka) {
        this.records = records;
        this.kafka = kafka;
        this.reference = new Reference(records);
    }

    /** Compares. The arguments are the number of records, of rounds, and the engines. */
    public static void main(String[] args) {
        int records = Integer.parseInt(args[0]);
        int rounds = Integer.parseInt(args[1]);
        String[] engines = args[2].split(",");
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            Compare compare = new Compare(records, kafka);
            compare.writeInput();
            for (int round = 0; round < rounds; round++) {
                for (String engine : engines) {
                    compare.run(engine, round);
                }
            }
            compare.print();
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // what is missing is missing in the results
    private void writeInput() {
        kafka.createTopic(INPUT, Readings.PARTITIONS);
        Map<String, Object> settings =
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "linger.ms", "20", "batch.size", "262144");
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            Readings.generate(
                    records,
                    reading -> producer.send(new ProducerRecord<>(
                            INPUT,
                            null,
                            reading.time(),
                            reading.sensor().getBytes(StandardCharsets.UTF_8),
                            Readings.CODEC.encode(reading))));
        }
    }

    private void run(String engine, int round) {
        String output = "means-" + engine + "-" + round;
        kafka.createTopic(output, Readings.PARTITIONS);
        Job job = new Job(engine, kafka.bootstrapServers(), INPUT, output, records, reference.results(), THREADS);
        try (ChildJvm child = ChildJvm.of(EngineMain.class)
                .withArguments(job.arguments())
                .withJvmOptions("-Xmx2g", "-XX:+UseG1GC")
                .start()) {
            int code = child.awaitExit(LIMIT);
            String result = child.output()
                    .lines()
                    .filter(line -> line.startsWith(EngineMain.RESULT))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(
                            "engine " + engine + ": exit code " + code + " (expected: a result)\n" + child.output()));
            Run run = Run.parse(result.substring(EngineMain.RESULT.length()));
            Reference.Check check = read(output);
            System.out.println(engine + ": " + run + ", results " + check);
            if (!check.isRight()) {
                throw new IllegalStateException("engine " + engine + ": " + check + " (expected: all results, once)");
            }
            runs.computeIfAbsent(engine, any -> new ArrayList<>()).add(run);
        }
    }

    private Reference.Check read(String output) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (int i = 0; i < Readings.PARTITIONS; i++) {
            partitions.add(new TopicPartition(output, i));
        }
        Reference.Check check = reference.check();
        Map<String, Object> settings =
                Map.of("bootstrap.servers", kafka.bootstrapServers(), "isolation.level", "read_committed");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.getOrDefault(one, 0L))) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    check.take(Readings.MEANS.decode(record.value()));
                }
            }
        }
        return check;
    }

    private void print() {
        System.out.printf(
                Locale.ROOT,
                "%nOpenJDK %s, %d processors, %s, %d records, %d results, medians of %d rounds by CPU%n%n",
                Runtime.version(),
                Runtime.getRuntime().availableProcessors(),
                LocalDate.now(ZoneOffset.UTC),
                records,
                reference.results(),
                runs.values().stream().mapToInt(List::size).max().orElse(0));
        System.out.println(
                "| engine | records/s | CPU s a million | bytes a record | second half: records/s | CPU s a million"
                        + " | bytes a record |");
        System.out.println("|---|---|---|---|---|---|---|");
        runs.forEach((engine, all) -> {
            all.sort(Comparator.comparingDouble(Run::lateCpu));
            Run run = all.get(all.size() / 2);
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %,.0f | %.2f | %,.0f | %,.0f | %.2f | %,.0f |%n",
                    engine,
                    1e6 / run.time(),
                    run.cpu(),
                    run.bytes(),
                    1e6 / run.lateTime(),
                    run.lateCpu(),
                    run.lateBytes());
        });
    }
}
