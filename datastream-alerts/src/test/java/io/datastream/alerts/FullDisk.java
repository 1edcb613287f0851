package io.datastream.alerts;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/** Opens files on a disk that may be full: then they can be read and cut, and nothing can be written. */
final class FullDisk implements QueueFile.Opener {
    volatile boolean isFull;

    @Override
    public RandomAccessFile open(Path path) throws IOException {
        return new RandomAccessFile(path.toFile(), "rw") {
            @Override
            public void write(byte[] bytes) throws IOException {
                if (isFull) {
                    super.write(bytes, 0, bytes.length / 2);
                    throw new IOException("No space left on device");
                }
                super.write(bytes);
            }
        };
    }
}
