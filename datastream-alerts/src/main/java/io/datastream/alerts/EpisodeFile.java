package io.datastream.alerts;

import io.datastream.alert.Alert;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The episodes of rules on pipelines that go on, in a file, which is replaced in one step when they change. A file that cannot
 * be read is told in the log and begun anew: then what goes on is raised anew, and nothing worse.
 */
final class EpisodeFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EpisodeFile.class);
    private static final int VERSION = 1;

    /** In place of channels: some may have been told just before a crash. No channel has this name. */
    private static final String UNSURE = "?";

    private final Path path;
    private final FileChannel lock;
    private List<Kept> known = List.of();
    private byte[] written = new byte[0];
    private boolean failed;

    private EpisodeFile(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * The file, which is of one user until it is closed.
     *
     * @throws IOException if another one uses it
     */
    static EpisodeFile open(Path path) throws IOException {
        return new EpisodeFile(path, QueueFile.lock("episodes", path));
    }

    /**
     * An episode as it is kept.
     *
     * @param last its latest alert, which names pipeline, rule and series
     * @param since since when the manager knows it
     * @param told the channels that were told of it
     * @param state the state of its rule
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Kept(Alert last, Instant since, Set<String> told, byte[] state) {
        boolean isUnsure() {
            return told.contains(UNSURE);
        }
    }

    List<Kept> load() {
        List<Kept> all = new ArrayList<>();
        if (!Files.exists(path)) {
            return all;
        }
        try {
            byte[] bytes = Files.readAllBytes(path);
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
            long sum = in.readLong();
            CRC32 crc = new CRC32();
            crc.update(bytes, Long.BYTES, bytes.length - Long.BYTES);
            if (sum != crc.getValue()) {
                throw new IOException("its checksum is wrong");
            }
            int version = in.readByte();
            if (version != VERSION) {
                throw new IOException("version: " + version + " (expected: " + VERSION + ")");
            }
            for (int left = in.readInt(); left > 0; left--) {
                all.add(read(in));
            }
            written = bytes;
            known = List.copyOf(all);
        } catch (IOException | RuntimeException e) {
            LOG.warn("episodes {}: cannot be read, so alerts that go on are raised anew: {}", path, e.toString());
            all.clear();
        }
        return all;
    }

    private static Kept read(DataInputStream in) throws IOException {
        Alert last = NoticeBytes.readAlert(in);
        Instant since = NoticeBytes.time(in);
        Set<String> told = new LinkedHashSet<>();
        for (int left = in.readInt(); left > 0; left--) {
            told.add(in.readUTF());
        }
        byte[] state = in.readNBytes(in.readInt());
        if (in.read() != '.') {
            throw new EOFException("an episode is not whole");
        }
        return new Kept(last, since, told, state);
    }

    /**
     * Writes those that are not there yet, before anybody is told of them, and leaves what is there as it is. Until the next
     * {@link #save} it is unsure who was told.
     */
    void add(List<Kept> episodes) {
        Set<String> there = new HashSet<>();
        known.forEach(kept -> there.add(kept.last().episode()));
        List<Kept> all = new ArrayList<>(known);
        episodes.stream()
                .filter(kept -> !there.contains(kept.last().episode()))
                .map(kept -> new Kept(kept.last(), kept.since(), Set.of(UNSURE), kept.state()))
                .forEach(all::add);
        if (all.size() > known.size()) {
            save(all);
        }
    }

    /** Writes them, unless they are there already. What fails is told in the log, once until it works again. */
    void save(List<Kept> episodes) {
        try {
            byte[] bytes = bytes(episodes);
            if (Arrays.equals(bytes, written) || (episodes.isEmpty() && written.length == 0)) {
                return;
            }
            Path fresh = path.resolveSibling(path.getFileName() + ".new");
            try (RandomAccessFile out = new RandomAccessFile(fresh.toFile(), "rw")) {
                out.setLength(0);
                out.write(bytes);
                out.getFD().sync();
            }
            Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            written = bytes;
            known = List.copyOf(episodes);
            failed = false;
        } catch (IOException e) {
            if (!failed) {
                LOG.warn("episodes {}: cannot be written, so after a new start they are raised anew", path, e);
            }
            failed = true;
        }
    }

    private static byte[] bytes(List<Kept> episodes) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(content);
        out.writeByte(VERSION);
        out.writeInt(episodes.size());
        for (Kept kept : episodes) {
            NoticeBytes.write(kept.last(), out);
            NoticeBytes.time(kept.since(), out);
            out.writeInt(kept.told().size());
            for (String channel : kept.told()) {
                out.writeUTF(channel);
            }
            out.writeInt(kept.state().length);
            out.write(kept.state());
            out.write('.');
        }
        CRC32 crc = new CRC32();
        crc.update(content.toByteArray());
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        new DataOutputStream(all).writeLong(crc.getValue());
        content.writeTo(all);
        return all.toByteArray();
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            LOG.warn("episodes {}: cannot be given free", path, e);
        }
    }
}
