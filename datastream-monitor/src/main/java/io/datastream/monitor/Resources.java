package io.datastream.monitor;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import org.jspecify.annotations.Nullable;

/**
 * What the JVM uses.
 *
 * @param heapUsed bytes
 * @param heapMax bytes; -1 for no limit
 * @param gcCount collections since the start
 * @param gcMillis time they took
 * @param cpu share of this machine's processors that the JVM uses, from 0 to 1; left out where it is not known
 * @param processors of this machine
 * @param threads that live
 * @param uptimeMillis since the start
 * @param java version
 */
record Resources(
        long heapUsed,
        long heapMax,
        long gcCount,
        long gcMillis,
        @Nullable Double cpu,
        int processors,
        int threads,
        long uptimeMillis,
        String java) {
    static Resources now() {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        long count = 0;
        long millis = 0;
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            count += Math.max(0, collector.getCollectionCount());
            millis += Math.max(0, collector.getCollectionTime());
        }
        return new Resources(
                heap.getUsed(),
                heap.getMax(),
                count,
                millis,
                cpuLoad(),
                Runtime.getRuntime().availableProcessors(),
                ManagementFactory.getThreadMXBean().getThreadCount(),
                ManagementFactory.getRuntimeMXBean().getUptime(),
                System.getProperty("java.vm.name") + " " + Runtime.version());
    }

    private static @Nullable Double cpuLoad() {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system) {
            double load = system.getProcessCpuLoad();
            return load >= 0 ? load : null;
        }
        return null;
    }
}
