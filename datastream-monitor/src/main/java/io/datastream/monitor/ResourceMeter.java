package io.datastream.monitor;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryUsage;
import java.lang.management.OperatingSystemMXBean;
import java.lang.management.RuntimeMXBean;
import java.lang.management.ThreadMXBean;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the JVM uses. What is looked at once a second costs little, also beside a pipeline that does little; the rest is
 * read for those who ask. The share of the processors comes from the time that the JVM has used, since the JVM's own figure
 * reads several files each time. Safe for use by several threads.
 */
final class ResourceMeter {
    private final MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    private final List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans();
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final RuntimeMXBean runtime = ManagementFactory.getRuntimeMXBean();
    private final OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
    private final String java = System.getProperty("java.vm.name") + " " + Runtime.version();
    private long lastNanos = System.nanoTime();
    private long lastProcessorNanos = processorNanos();
    private double lastShare = Double.NaN; // of one processor

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
        int processors = Runtime.getRuntime().availableProcessors();
        return new Resources(
                heap.getUsed(),
                heap.getMax(),
                count,
                millis,
                share(processors),
                processors,
                threads.getThreadCount(),
                runtime.getUptime(),
                java);
    }

    private synchronized @Nullable Double share(int processors) {
        return Double.isNaN(lastShare) ? null : (Double) Math.min(1, lastShare / processors);
    }

    /** The time that all threads have used; negative where it is not known. */
    private long processorNanos() {
        return system instanceof com.sun.management.OperatingSystemMXBean known ? known.getProcessCpuTime() : -1;
    }
}
