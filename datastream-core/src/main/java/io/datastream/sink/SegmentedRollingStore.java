package io.datastream.sink;

import io.datastream.file.FileStore;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.NoSuchFileException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A folder of a store that cannot append, cut or lock.
 *
 * <p>A hidden file is a row of segments, of which each commit that has something to add ends one. The names of segments hold
 * a number that the writer has drawn at random, and a commit tells which segments there are. So a writer that stood still,
 * while another has taken over, can do no harm: what it writes is in nobody's commit, and the next writer deletes it; and a
 * file that both of them publish is made of the same segments.
 *
 * <p>To publish a file is to rename its only segment, or to write it under a hidden name, and to rename that. The segments
 * are deleted after that, the first one first: if the first is missing, the file was published.
 */
final class SegmentedRollingStore<T> implements RollingStore {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final FileStore store;
    private final String folder;
    private final RollingFiles names;
    private final Journal<T> journal;
    private final long writer = RANDOM.nextLong();

    SegmentedRollingStore(FileStore store, String folder, RollingFiles names, Journal<T> journal) {
        this.store = store;
        this.folder = folder;
        this.names = names;
        this.journal = journal;
    }

    @Override
    public void deleteAllBut(Map<RollingPart, Progress> known) throws IOException {
        Set<String> kept = new HashSet<>();
        known.forEach((part, progress) -> kept.addAll(segments(part, progress)));
        for (String name : store.list(folder)) {
            if (names.isHidden(name) && !kept.contains(path(name))) {
                store.delete(path(name));
            }
        }
    }

    @Override
    public long nextNumber() throws IOException {
        return names.nextNumber(store.list(folder));
    }

    @Override
    public GrowingFile begin(RollingPart part) {
        return open(part, Progress.NONE);
    }

    private GrowingFile open(RollingPart part, Progress before) {
        return new SegmentedFile(store, before, writer, number -> path(names.segment(part, writer, number)));
    }

    @Override
    public @Nullable GrowingFile resume(RollingPart part, Progress progress) throws IOException {
        List<String> segments = segments(part, progress);
        if (store.exists(path(names.file(part)))) { // the pipeline crashed between its last commit and its own end
            delete(segments);
            return null;
        }
        Set<String> found = new HashSet<>();
        store.list(folder).forEach(name -> found.add(path(name)));
        for (String segment : segments) {
            if (!found.contains(segment)) {
                throw new NoSuchFileException(segment + " is missing (expected: " + segments.size() + " segments of "
                        + progress.length() + " bytes, as at the last commit)");
            }
        }
        return open(part, progress);
    }

    /** Does nothing: a file that is closed is there. */
    @Override
    public void sync() {}

    @Override
    public void publish(RollingPart part, Progress progress) throws IOException {
        String file = path(names.file(part));
        List<String> segments = segments(part, progress);
        if (!store.exists(file) && (segments.isEmpty() || store.exists(segments.get(0)))) {
            try {
                make(part, file, segments, progress.length());
            } catch (NoSuchFileException e) {
                if (!store.exists(file)) {
                    throw e;
                } // else another writer has taken over and published it
            }
        }
        delete(segments);
    }

    private void make(RollingPart part, String file, List<String> segments, long length) throws IOException {
        if (segments.size() == 1 && journal.isFile()) {
            store.rename(segments.get(0), file);
            return;
        }
        String finishing = path(names.finishing(part, writer));
        try (SegmentsInput in = new SegmentsInput(store, segments);
                OutputStream out = new BufferedOutputStream(store.create(finishing), BUFFER_BYTES)) {
            journal.finish(file, in, out);
            if (in.count() != length) {
                throw new IOException(file + ": segments of " + in.count() + " bytes (expected: " + length
                        + ", as at the last commit)");
            }
        }
        store.rename(finishing, file);
        store.delete(finishing); // it may be there under both names
    }

    private void delete(List<String> segments) throws IOException {
        for (String segment : segments) {
            store.delete(segment);
        }
    }

    private List<String> segments(RollingPart part, Progress progress) {
        List<String> all = new ArrayList<>();
        for (Progress.Run run : progress.runs()) {
            for (int number = 0; number < run.count(); number++) {
                all.add(path(names.segment(part, run.writer(), number)));
            }
        }
        return all;
    }

    private String path(String name) {
        return folder + "/" + name;
    }

    @Override
    public void end() {}

    @Override
    public void close() {}
}
