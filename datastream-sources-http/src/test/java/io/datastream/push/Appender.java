package io.datastream.push;

import io.datastream.log.FileLog;
import io.datastream.log.FileLogOptions;
import io.datastream.log.LogException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * A program that appends batches from several threads, and prints what is acknowledged. Arguments: folder, name, size
 * of a segment, size of a record.
 */
final class Appender {
    private static final int WRITERS = 4;

    private Appender() {}

    public static void main(String[] arguments) {
        FileLog log = FileLog.open(
                Path.of(arguments[0]), FileLogOptions.defaults().withSegmentBytes(Long.parseLong(arguments[2])));
        for (int w = 0; w < WRITERS; w++) {
            int writer = w;
            new Thread(() -> write(log, arguments[1] + "-" + writer, Integer.parseInt(arguments[3]))).start();
        }
    }

    private static void write(FileLog log, String writer, int padding) {
        for (int i = 0; ; ) {
            int batch = i;
            List<byte[]> records = IntStream.range(0, 3)
                    .mapToObj(n -> (writer + "-" + batch + "-" + n + "-" + "x".repeat(padding + batch % 50))
                            .getBytes(StandardCharsets.US_ASCII))
                    .toList();
            try {
                log.append(records);
                System.out.println("acknowledged " + writer + "-" + batch + ";");
                i++;
            } catch (LogException e) { // tries again
                System.out.println("refused " + e.getMessage());
                LockSupport.parkNanos(20_000_000);
            }
        }
    }
}
