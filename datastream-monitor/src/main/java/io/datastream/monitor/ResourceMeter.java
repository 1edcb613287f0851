package io.datastream.monitor;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryUsage;
import java.lang.management.OperatingSystemMXBean;
import java.lang.management.RuntimeMXBean;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the JVM uses. What is looked at once a second costs little, also beside a pipeline that does little; the rest is
 * read for those who ask. The share of the processors comes from the time that the JVM has used, since the JVM's own figure
 * reads several files each time. Safe for use by several threads.
 */
final class ResourceMeter {
    /** How long the number of processors is taken to be what it was. */
    private static final long PROCESSORS_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    private final List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans();
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final RuntimeMXBean runtime = ManagementFactory.getRuntimeMXBean();
    private final OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
    private final String java = System.getProperty("java.vm.name") + " " + Runtime.version();
    private long lastNanos = System.nanoTime();
    private long lastProcessorNanos = processorNanos();
    private double lastShare = Double.NaN; // of one processor
    private int processors;
    private long processorsNanos;

    /** Looks at how much of the processors was used since it looked last. Called about once a second. */
    synchronized void look() {
        long nanos = System.nanoTime();
        long used = processorNanos();
        lastShare = used < 0 || lastProcessorNanos < 0 || nanos <= lastNanos
                ? Double.NaN
                : (used - lastProcessorNanos) / (double) (nanos - lastNanos);
        lastNanos = nanos;
        lastProcessorNanos = used;
    }

    /** Bytes. */
    long heapUsed() {
        return memory.getHeapMemoryUsage().getUsed();
    }

    /** What is used now; of the processors, what was when it looked last. */
    Resources read() {
        MemoryUsage heap = memory.getHeapMemoryUsage();
        long count = 0;
        long millis = 0;
        for (GarbageCollectorMXBean collector : collectors) {
            count += Math.max(0, collector.getCollectionCount());
            millis += Math.max(0, collector.getCollectionTime());
        }
        int available = processors();
        return new Resources(
                heap.getUsed(),
                heap.getMax(),
                count,
                millis,
                share(available),
                available,
                threads.getThreadCount(),
                runtime.getUptime(),
                java);
    }

    /** Those that the JVM may use, looked up now and then: it reads several files for that. */
    private synchronized int processors() {
        long nanos = System.nanoTime();
        if (processors == 0 || nanos - processorsNanos > PROCESSORS_NANOS) {
            processors = Runtime.getRuntime().availableProcessors();
            processorsNanos = nanos;
        }
        return processors;
    }

    private synchronized @Nullable Double share(int available) {
        return Double.isNaN(lastShare) ? null : (Double) Math.min(1, lastShare / available);
    }

    /** The time that all threads have used; negative where it is not known. */
    private long processorNanos() {
        return system instanceof com.sun.management.OperatingSystemMXBean known ? known.getProcessCpuTime() : -1;
    }
}
