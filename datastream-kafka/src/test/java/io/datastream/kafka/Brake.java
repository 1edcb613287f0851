package io.datastream.kafka;

import io.datastream.kafka.Readings.Reading;
import io.datastream.testkit.ChildJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Lets worker processes go on slowly with the later part of their input until it is released, so that none is done before
 * it is killed, however fast the machine is and however late a test looks.
 *
 * <p>It delays and never holds, since a worker that stands still would keep its group from going on. Workers should read
 * their partitions in turns ({@link #IN_TURNS}), or one of them is braked long before the others.
 */
final class Brake {
    /** A value of {@code max.partition.fetch.bytes} with which no partition is far ahead of the others. */
    static final String IN_TURNS = "8192";

    private static final String FILE = "datastream.test.brake";
    private static final String FROM = FILE + ".from";
    private static final String MILLIS = FILE + ".millis";

    /** What this process was told; the process of a test is told nothing, and goes at full speed. */
    private static final class Told {
        private static final String FILE_NAME = System.getProperty(FILE);
        private static final long FROM_NANOS = Long.getLong(FROM, 0) * 1_000_000L;
        private static final long PAUSE_MILLIS = Long.getLong(MILLIS, 0);
        private static volatile boolean closed = FILE_NAME != null;
    }

    private final Path file;
    private final int fromMillis;
    private final int millis;

    private Brake(Path file, int fromMillis, int millis) {
        this.file = file;
        this.fromMillis = fromMillis;
        this.millis = millis;
    }

    /**
     * A brake that is on.
     *
     * @param file a new file, which is there as long as the brake is on
     * @param fromMillis the time of the readings that are slowed down, and of all later ones
     * @param millis how long each of them takes
     */
    static Brake on(Path file, int fromMillis, int millis) {
        try {
            return new Brake(Files.createFile(file), fromMillis, millis);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Tells a worker of it. */
    ChildJvm.Launch in(ChildJvm.Launch worker) {
        return worker.withProperty(FILE, file.toString())
                .withProperty(FROM, Integer.toString(fromMillis))
                .withProperty(MILLIS, Integer.toString(millis));
    }

    void release() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** In a worker: takes its time with a reading, and then lets it pass. */
    static boolean pass(Reading reading) {
        if (Told.closed && reading.time() >= Told.FROM_NANOS) {
            if (Files.exists(Path.of(Told.FILE_NAME))) {
                Pause.millis(Told.PAUSE_MILLIS);
            } else {
                Told.closed = false;
            }
        }
        return true;
    }
}
