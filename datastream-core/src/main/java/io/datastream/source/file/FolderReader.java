package io.datastream.source.file;

import io.datastream.codec.CodecException;
import io.datastream.file.Uncompressor;
import io.datastream.source.FileSource;
import io.datastream.source.SourceException;
import io.datastream.source.SourceReader;
import io.datastream.time.EventTime;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads the files of a folder one after the other, in the order of the journal. */
final class FolderReader<T> implements SourceReader<T> {
    private static final int HEAD_BYTES = 1 << 10;

    private final FolderSource<T> source;
    private final Listing listing;
    private final FileJournal journal;
    private final List<Known> files = new ArrayList<>();
    private final Map<String, Known> byKey = new HashMap<>();
    private final Map<String, Known> byName = new HashMap<>();

    private int current;
    private long next;
    private long skip;
    private long sizeWhenOpened;
    private @Nullable SourceReader<T> reader;
    private @Nullable Long looked;
    private boolean closed;

    /** A file that was found. */
    private static final class Known {
        final int number;
        final Head head;
        final long time;
        String name;
        String key;
        long modified = -1;

        /** Of a file that was read to its end, as it was then. */
        long size = -1;

        long end = -1;

        Known(Entry entry) {
            this.number = entry.file();
            this.head = entry.head();
            this.time = entry.time();
            this.name = entry.name();
            this.key = entry.key();
        }
    }

    private FolderReader(FolderSource<T> source, FileJournal journal) {
        this.source = source;
        this.listing = new Listing(source.watch.folder, source.watch.glob);
        this.journal = journal;
    }

    static <T> FolderReader<T> open(FolderSource<T> source, long position) {
        FileJournal journal = FileJournal.open(source.watch.journal);
        try {
            FolderReader<T> reader = new FolderReader<>(source, journal);
            reader.load();
            reader.goTo(position);
            return reader;
        } catch (RuntimeException e) {
            journal.close();
            throw e;
        }
    }

    private void load() {
        for (Entry entry : journal.entries) {
            switch (entry.kind()) {
                case FOUND -> add(new Known(entry));
                case MOVED -> rename(files.get(entry.file()), entry.name(), entry.key());
                case ENDED -> {
                    Known known = files.get(entry.file());
                    known.end = entry.offset();
                    known.size = entry.bytes();
                }
                case SPAN ->
                    throw SourceException.fatal(
                            "journal: " + source.watch.journal
                                    + ": is that of a TailSource (expected: that of this source)",
                            new IllegalStateException("another journal"));
            }
        }
    }

    private void add(Known known) {
        files.add(known);
        byKey.put(known.key, known);
        byName.put(known.name, known);
    }

    private void goTo(long position) {
        long begin = 0;
        while (current < files.size() && files.get(current).end >= 0 && files.get(current).end <= position) {
            begin = files.get(current++).end;
        }
        skip = position - begin;
        next = position;
        if (current == files.size() && skip > 0) {
            throw SourceException.fatal(
                    source.name() + ": position " + position + " (expected: at most " + begin + ", where the journal "
                            + source.watch.journal + " ends; is it another one than before?)",
                    new IllegalStateException("ends before the position"));
        }
    }

    @Override
    public Status poll(int max, Collector<? super T> out) {
        long end = next + max;
        try {
            while (next < end) {
                if (reader == null) {
                    if (current == files.size() && !look()) {
                        return source.once ? Status.END : Status.CAUGHT_UP;
                    }
                    openCurrent();
                }
                Known file = files.get(current);
                Status status = Objects.requireNonNull(reader)
                        .poll((int) (end - next), new Renumbered(file.name, file.time, out));
                if (status == Status.END) {
                    finishCurrent(file);
                }
            }
            return Status.MORE;
        } catch (IOException e) {
            throw SourceException.retryable(source.name() + ": " + e, e);
        }
    }

    // looking for files

    /** Whether there are more files than before. */
    private boolean look() throws IOException {
        long now = System.nanoTime();
        if (!source.once && looked != null && now - looked < EventTime.nanos(source.watch.interval)) {
            return false;
        }
        looked = now;
        Instant instant = Instant.now();
        List<Entry> found = new ArrayList<>();
        for (FoundFile file : list()) {
            boolean quiet = instant.toEpochMilli() - file.modified() >= source.quiet.toMillis();
            if (known(file) == null && file.size() > 0 && quiet) {
                int number = files.size() + found.size();
                Head head;
                try {
                    head = head(file.path(), HEAD_BYTES);
                } catch (NoSuchFileException gone) {
                    continue; // renamed or deleted since it was listed
                }
                found.add(new Entry(
                        Entry.Kind.FOUND, number, file.name(), file.key(), head, EventTime.nanos(instant), -1, -1));
            }
        }
        if (found.isEmpty()) {
            return false;
        }
        journal.add(found);
        found.forEach(entry -> add(new Known(entry)));
        return true;
    }

    private List<FoundFile> list() throws IOException {
        try {
            List<FoundFile> files = listing.files();
            files.sort(Comparator.comparing(FoundFile::name));
            return files;
        } catch (NoSuchFileException e) {
            throw SourceException.fatal("folder: " + e.getFile() + ": does not exist (expected: a folder)", e);
        }
    }

    private @Nullable Known known(FoundFile file) throws IOException {
        Known known = byName.get(file.name());
        if (known == null || !known.key.equals(file.key())) {
            known = byKey.get(file.key());
        }
        if (known != null) {
            boolean sameSize = known.size < 0 || known.size == file.size();
            if (known.name.equals(file.name()) && known.modified == file.modified() && sameSize) {
                return known;
            }
            if (hasHead(file.path(), known)) {
                if (!sameSize) {
                    throw SourceException.fatal(
                            file.path() + ": has " + file.size() + " bytes (expected: " + known.size
                                    + ", as when it was read to its end; see TailSource for files that grow)",
                            new IllegalStateException("changed"));
                }
                return noteAs(known, file);
            }
        }
        known = byName.get(file.name());
        if (known != null && (known.size < 0 || known.size == file.size()) && hasHead(file.path(), known)) {
            return noteAs(known, file);
        }
        return null;
    }

    private Known noteAs(Known known, FoundFile file) {
        known.modified = file.modified();
        if (!known.name.equals(file.name()) || !known.key.equals(file.key())) {
            rename(known, file.name(), file.key());
            journal.add(List.of(
                    new Entry(Entry.Kind.MOVED, known.number, known.name, known.key, known.head, known.time, -1, -1)));
        }
        return known;
    }

    private void rename(Known known, String name, String key) {
        known.name = name;
        known.key = key;
        byKey.put(key, known);
        byName.put(name, known);
    }

    private static boolean hasHead(Path path, Known known) throws IOException {
        try {
            return head(path, known.head.length()).equals(known.head);
        } catch (NoSuchFileException gone) {
            return false;
        }
    }

    private static Head head(Path path, int longest) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            return Head.of(in, longest);
        }
    }

    // one file

    private void openCurrent() throws IOException {
        Known file = files.get(current);
        Path path = path(file);
        if (!hasHead(path, file)) {
            for (FoundFile found : list()) { // it may have another name by now
                known(found);
            }
            path = path(file);
            if (!hasHead(path, file)) {
                throw SourceException.fatal(
                        path + ": is gone (expected: a file that is kept until it has been read and that is"
                                + " committed; position " + next + " is in it)",
                        new NoSuchFileException(path.toString()));
            }
        }
        sizeWhenOpened = Files.size(path);
        FileSource<T> single = FileSource.of(path, source.format);
        for (Map.Entry<String, Uncompressor> each : source.watch.uncompressors.entrySet()) {
            single = single.uncompressing(each.getKey(), each.getValue());
        }
        reader = single.open(0, skip);
        skip = 0;
    }

    private Path path(Known file) {
        return Path.of(source.watch.folder).resolve(file.name);
    }

    private void finishCurrent(Known file) throws IOException {
        closeCurrent();
        if (file.end >= 0 && file.end != next) {
            throw SourceException.fatal(
                    path(file) + ": ends at position " + next + " (expected: " + file.end
                            + ", as when it was read first; files must not be changed)",
                    new IllegalStateException("changed"));
        }
        if (file.end < 0) {
            long size = Files.size(path(file));
            if (size != sizeWhenOpened) {
                throw SourceException.fatal(
                        path(file) + ": has " + size + " bytes (expected: " + sizeWhenOpened
                                + ", as when it was opened; it must be finished when it appears, see untilQuietFor)",
                        new IllegalStateException("changed"));
            }
            journal.add(List.of(
                    new Entry(Entry.Kind.ENDED, current, file.name, file.key, file.head, file.time, next, size)));
            file.end = next;
            file.size = size;
        }
        current++;
    }

    private void closeCurrent() {
        SourceReader<T> open = reader;
        reader = null;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            try {
                closeCurrent();
            } finally {
                journal.close();
            }
        }
    }

    /** Gives the records of a file the source's positions, and errors the file's name. */
    private final class Renumbered implements Collector<T> {
        private final String name;
        private final long time;
        private final Collector<? super T> out;

        Renumbered(String name, long time, Collector<? super T> out) {
            this.name = name;
            this.time = time;
            this.out = out;
        }

        @Override
        public void record(long offset, long logNanos, T value, byte @Nullable [] original) {
            out.record(next++, time, value, original);
        }

        @Override
        public void malformed(long offset, long logNanos, CodecException error, byte @Nullable [] original) {
            out.malformed(next++, time, error.at(name), original);
        }
    }
}
