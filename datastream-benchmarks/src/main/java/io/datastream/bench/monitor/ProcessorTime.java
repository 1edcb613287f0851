package io.datastream.bench.monitor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The processor time of threads of this JVM in nanoseconds. On Linux the time of the process is that of its threads, those that
 * compile and collect too: the JVM's own figure is in steps of 10 ms there, as long as some pipelines take in a second.
 */
final class ProcessorTime {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final Path TASKS = Path.of("/proc/self/task");
    private static final boolean IS_BY_THREAD = Files.exists(TASKS.resolveSibling("schedstat"));

    private ProcessorTime() {}

    /** Of all threads that live. */
    static long ofProcess() {
        if (!IS_BY_THREAD) {
            return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                    .getProcessCpuTime();
        }
        long nanos = 0;
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
            for (Path task : tasks) {
                nanos += ofTask(task);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return nanos;
    }

    private static long ofTask(Path task) throws IOException {
        try {
            String times = Files.readString(task.resolve("schedstat"));
            return Long.parseLong(times.substring(0, times.indexOf(' ')));
        } catch (NoSuchFileException e) {
            return 0; // it has ended meanwhile
        }
    }

    /** Of all threads of Java that live and whose names begin so. */
    static long ofThreads(String... prefixes) {
        long nanos = 0;
        for (ThreadInfo thread : THREADS.getThreadInfo(THREADS.getAllThreadIds())) {
            if (thread != null && Arrays.stream(prefixes).anyMatch(thread.getThreadName()::startsWith)) {
                nanos += Math.max(0, THREADS.getThreadCpuTime(thread.getThreadId()));
            }
        }
        return nanos;
    }
}
