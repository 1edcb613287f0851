package io.datastream.log;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A file of frames, named after the offset of its first entry. It begins with a mark of its kind, a random marker, and
 * the checksum of both.
 */
final class Segment {
    static final int HEADER = 20;
    private static final long KIND = 0x6473_6c6f_6731_0d0aL; // "dslog1" and a line break
    private static final Pattern NAME = Pattern.compile("(\\d{19})\\.log");
    private static final SecureRandom RANDOM = new SecureRandom();

    final Path path;
    final long first;
    final long marker;

    /** How much of the file is durable; the whole of it, unless it is the last one. */
    volatile long durable;

    /** The time of its newest entry; of the file's change where the entries were not looked at. */
    volatile long newest;

    private Segment(Path path, long first, long marker) {
        this.path = path;
        this.first = first;
        this.marker = marker;
    }

    static Path path(Path folder, long first) {
        return folder.resolve(String.format("%019d.log", first));
    }

    /** The first offset in a file's name, or null for another file. */
    static @Nullable Long first(Path path) {
        Matcher name = NAME.matcher(String.valueOf(path.getFileName()));
        return name.matches() ? Long.valueOf(name.group(1)) : null;
    }

    /** Makes a durable file without frames; one of this name that has none either is replaced. */
    static Segment create(Path folder, long first) throws IOException {
        Path path = path(folder, first);
        long marker = RANDOM.nextLong();
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(0);
            file.write(header(marker));
            file.getFD().sync();
        }
        syncFolder(folder);
        Segment segment = new Segment(path, first, marker);
        segment.durable = HEADER;
        return segment;
    }

    /**
     * Looks at a file that is there.
     *
     * @return null if it ends within its header, as a crash leaves it that came before the first frame
     */
    static @Nullable Segment existing(Path path, long first) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            long length = file.length();
            if (length < HEADER) {
                return null;
            }
            byte[] header = new byte[HEADER];
            file.readFully(header);
            long marker = ByteBuffer.wrap(header).getLong(Long.BYTES);
            if (!Arrays.equals(header, header(marker))) {
                if (length == HEADER) {
                    return null;
                }
                throw new LogException(
                        path + ": position 0: does not begin as a segment does (expected: a file written"
                                + " by a log, undamaged)",
                        null);
            }
            Segment segment = new Segment(path, first, marker);
            segment.durable = length;
            segment.newest = Files.getLastModifiedTime(path).toMillis() * 1_000_000L;
            return segment;
        }
    }

    private static byte[] header(long marker) {
        ByteBuffer header = ByteBuffer.allocate(HEADER).putLong(KIND).putLong(marker);
        CRC32C crc = new CRC32C();
        crc.update(header.array(), 0, header.position());
        return header.putInt((int) crc.getValue()).array();
    }

    /** Makes names durable that were given or taken in a folder. */
    static void syncFolder(Path folder) throws IOException {
        boolean interrupted = Thread.interrupted(); // a channel is closed by an interrupt
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
