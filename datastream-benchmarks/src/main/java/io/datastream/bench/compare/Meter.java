package io.datastream.bench.compare;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Measures an engine from within its JVM: from the first record that is decoded to the last change of where the topic of
 * results ends. The start of the JVM and of the engine is left out; what the compiler and the collector do is not.
 */
final class Meter {
    private static final long QUIET = 1_500_000_000L;
    private static final long CLOSE_AFTER = 500_000_000L;
    private static final long LIMIT = 240_000_000_000L;
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static volatile boolean started;
    private static volatile Sample first = new Sample(0, 0, 0, 0);

    /** Results that are there, nanoseconds, nanoseconds of CPU, bytes allocated by threads that live. */
    record Sample(long results, long nanos, long cpu, long bytes) {
        static Sample at(long results) {
            long bytes = 0;
            for (long one : THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds())) {
                bytes += Math.max(0, one);
            }
            return new Sample(results, System.nanoTime(), SYSTEM.getProcessCpuTime(), bytes);
        }
    }

    private Meter() {}

    /** Called with each record: the clock starts with the first. */
    static void first() {
        if (!started) {
            start();
        }
    }

    private static synchronized void start() {
        if (!started) {
            first = Sample.at(0);
            started = true;
        }
    }

    /** Something that goes on as long as an engine works. */
    interface Work {
        void run() throws Exception;
    }

    /** Does this in a thread, and ends the JVM if it fails. */
    static void failWith(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (Throwable e) { // whatever it is, the comparison must not go on
                e.printStackTrace();
                Runtime.getRuntime().halt(3);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    /** Waits for all results and says what they took: all of it, and the second half. */
    static String measure(Job job) throws InterruptedException, ExecutionException {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        Sample half = null;
        Sample last = Sample.at(-1);
        for (int i = 0; i < Readings.PARTITIONS; i++) {
            ends.put(new TopicPartition(job.output(), i), OffsetSpec.latest());
        }
        long deadline = System.nanoTime() + LIMIT;
        long closed = 0;
        int closings = 0;
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", job.bootstrap()))) {
            while (System.nanoTime() < deadline) {
                long results = 0;
                ListOffsetsOptions committed = new ListOffsetsOptions(IsolationLevel.READ_COMMITTED);
                for (var end : admin.listOffsets(ends, committed).all().get().values()) {
                    results += end.offset();
                }
                long quiet = System.nanoTime() - last.nanos();
                if (results != last.results()) {
                    last = Sample.at(results);
                    if (half == null && results >= job.results() / 2) {
                        half = last;
                    }
                } else if (started && results >= job.results() && quiet > QUIET) {
                    break;
                } else if (started && results < job.results() && quiet > CLOSE_AFTER) {
                    if (System.nanoTime() - closed > CLOSE_AFTER) {
                        close(job, closings++);
                        closed = System.nanoTime();
                    }
                }
                Thread.sleep(50);
            }
        }
        Sample from = half == null ? first : half;
        double share = (double) (last.results() - from.results()) / last.results();
        return tell(first, last, job.records()) + " " + tell(from, last, share * job.records());
    }

    private static String tell(Sample from, Sample to, double records) {
        return (to.nanos() - from.nanos()) / 1e3 / records + " " + (to.cpu() - from.cpu()) / 1e3 / records + " "
                + (to.bytes() - from.bytes()) / records;
    }

    /** Gives each partition a reading far after all others. */
    @SuppressWarnings("FutureReturnValueIgnored") // if it is lost, another follows
    private static void close(Job job, int number) {
        byte[] value = Readings.CODEC.encode(Readings.closing(job.records(), number));
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", job.bootstrap()), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < Readings.PARTITIONS; i++) {
                producer.send(new ProducerRecord<>(job.input(), i, null, value));
            }
        }
    }
}
