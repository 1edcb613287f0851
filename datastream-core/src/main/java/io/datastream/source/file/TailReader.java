package io.datastream.source.file;

import io.datastream.source.SourceException;
import io.datastream.source.SourceReader;
import io.datastream.time.EventTime;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads growing files by spans: from a position on, one file from some byte on, up to the next span. A span is in the journal
 * before its first line is handed out. The last span is open: its file is read as long as there are lines.
 */
final class TailReader<T> implements SourceReader<T> {
    private static final Logger LOG = LoggerFactory.getLogger(TailReader.class);
    private static final int LOOKS = 5;
    private static final long BETWEEN_LOOKS = 5_000_000;

    private final TailSource<T> source;
    private final FileJournal journal;
    private final Contents contents;
    private final KnownFiles files;

    /** The number of the span that is read; -1 before there is one. */
    private int span = -1;

    private @Nullable TailLines<T> lines;
    private Head journaledHead = new Head(0, 0);

    /** The position after the last line. */
    private long next;

    /** The file that was found truncated. */
    private @Nullable KnownFile truncated;

    private @Nullable Long looked;

    /** Whether more than one file had lines when the folder was looked at. */
    private boolean othersWait;

    private boolean closed;

    private TailReader(TailSource<T> source, FileJournal journal) {
        this.source = source;
        this.journal = journal;
        this.contents = new Contents(source.watch.uncompressors);
        this.files =
                new KnownFiles(new Listing(source.watch.folder, source.watch.glob), contents, source.fingerprintBytes);
    }

    static <T> TailReader<T> open(TailSource<T> source, long position) {
        FileJournal journal = FileJournal.open(source.watch.journal);
        TailReader<T> reader = new TailReader<>(source, journal);
        try {
            reader.goTo(position);
            return reader;
        } catch (IOException | RuntimeException e) {
            try {
                reader.close();
            } catch (RuntimeException closing) {
                e.addSuppressed(closing);
            }
            throw e instanceof RuntimeException known ? known : reader.failed((IOException) e);
        }
    }

    private void goTo(long position) throws IOException {
        next = position;
        List<Entry> spans = journal.entries;
        for (int i = 0; i < spans.size(); i++) {
            Entry each = spans.get(i);
            if (each.kind() != Entry.Kind.SPAN) {
                throw SourceException.fatal(
                        "journal: " + source.watch.journal
                                + ": is that of a FolderSource (expected: that of this source)",
                        new IllegalStateException("another journal"));
            }
            KnownFile file = files.load(each);
            if (i + 1 < spans.size()) {
                file.readTo =
                        Math.max(file.readTo, each.bytes() + spans.get(i + 1).offset() - each.offset());
            } else if (position > each.offset()) {
                file.readTo = Math.max(file.readTo, each.bytes() + position - each.offset());
            }
            if (each.offset() <= position) {
                span = i;
            }
        }
        if (spans.isEmpty() && position > 0) {
            throw SourceException.fatal(
                    source.name() + ": position " + position + " (expected: 0, because there is nothing in the journal "
                            + source.watch.journal + "; is it another one than before?)",
                    new IllegalStateException("no journal"));
        }
        if (span >= 0) {
            openSpan();
        }
    }

    private boolean isLast() {
        return span == journal.entries.size() - 1;
    }

    /** Goes on in a span of the journal. */
    private void openSpan() throws IOException {
        Entry entry = journal.entries.get(span);
        KnownFile file = files.get(entry.file());
        long from = entry.bytes() + next - entry.offset();
        long end =
                isLast() ? Long.MAX_VALUE : from + journal.entries.get(span + 1).offset() - next;
        journaledHead = entry.head();
        for (int i = 0; i < LOOKS && lines == null; i++) {
            if (i > 0) {
                LockSupport.parkNanos(BETWEEN_LOOKS); // a file that is being renamed may be missing in a listing
            }
            files.look();
            lines = openAt(file, from, end);
        }
        if (lines == null && !isLast()) {
            throw SourceException.fatal(
                    source.watch.folder + "/" + file.name
                            + ": is gone (expected: a file that is kept as long as a pipeline"
                            + " must go back to it; position " + next + " is its byte " + from + ")",
                    new NoSuchFileException(file.name));
        }
        if (lines == null) {
            warnOfLoss(file);
        }
    }

    /** Opens a known file at a byte; null if it is not there. */
    private @Nullable TailLines<T> openAt(KnownFile file, long from, long end) throws IOException {
        if (file.place == null) {
            return null;
        }
        long readTo = file.readTo;
        file.readTo = from;
        try {
            return new TailLines<>(source, contents, file, next, end);
        } catch (NoSuchFileException renamedMeanwhile) {
            return null;
        } finally {
            file.readTo = Math.max(readTo, from);
        }
    }

    @Override
    public Status poll(int max, Collector<? super T> out) {
        try {
            int handed = 0;
            while (handed < max) {
                TailLines<T> open = lines;
                if (open != null) {
                    handed += open.hand(max - handed, out);
                    next = open.position();
                    if (handed == max) {
                        break;
                    }
                    if (!isLast()) {
                        goOnInJournal(open);
                        continue;
                    }
                    leaveIfOver(open);
                }
                if (!isDue() || !goToNextFile()) {
                    return Status.CAUGHT_UP;
                }
            }
            return Status.MORE;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** Leaves a span that was left here before, too. */
    private void goOnInJournal(TailLines<T> open) throws IOException {
        if (open.isReplaced()) { // renamed between looking and opening
            closeLines();
            openSpan();
            return;
        }
        long expected = journal.entries.get(span + 1).offset();
        if (next != expected) {
            throw SourceException.fatal(
                    source.watch.folder + "/" + open.file.name + ": ends at position " + next + " (expected: "
                            + expected + ", as when it was read first; lines must not be changed)",
                    new IllegalStateException("changed"));
        }
        closeLines();
        span++;
        openSpan();
    }

    private void leaveIfOver(TailLines<T> open) throws IOException {
        if (open.isReplaced()) {
            truncated = open.file;
            closeLines();
        } else if (open.isComplete()) {
            open.file.ended = true;
            closeLines();
        }
    }

    private boolean isDue() {
        return looked == null || othersWait || System.nanoTime() - looked >= EventTime.nanos(source.watch.interval);
    }

    private boolean goToNextFile() throws IOException {
        List<KnownFile> pending = files.look();
        looked = System.nanoTime();
        if (truncated != null && truncated.place == null) {
            warnOfLoss(truncated);
        }
        truncated = null;
        othersWait = false;
        TailLines<T> open = lines;
        if (open != null
                && open.file.head.length() == source.fingerprintBytes
                && journaledHead.length() < source.fingerprintBytes) {
            begin(open); // so that it is known by its whole fingerprint from now on
        }
        for (KnownFile file : pending) {
            if (open == null || !open.file.equals(file)) {
                TailLines<T> candidate = tryOpen(file);
                if (candidate != null) {
                    closeLines();
                    begin(candidate);
                    othersWait = pending.size() > 1;
                    return true;
                }
            }
        }
        return false;
    }

    /** Opens a file if it has a line; null if not. */
    private @Nullable TailLines<T> tryOpen(KnownFile file) throws IOException {
        FoundFile place = KnownFiles.placeOf(file);
        TailLines<T> candidate = null;
        try {
            candidate = new TailLines<>(source, contents, file, next, Long.MAX_VALUE);
            if (candidate.hasLine()) {
                return candidate;
            }
            if (!candidate.isReplaced()) {
                file.sizeWithoutLine = place.size();
                file.ended = candidate.isComplete();
            }
        } catch (NoSuchFileException gone) {
            LOG.debug("{}: is gone before it was opened", place.path());
        } catch (IOException e) {
            if (!contents.mayBeIncomplete(place)) {
                throw new IOException(place.path() + ": " + e.getMessage(), e);
            }
        }
        if (candidate != null) {
            candidate.close();
        }
        return null;
    }

    private void begin(TailLines<T> begun) {
        KnownFile file = begun.file;
        files.add(file);
        journal.add(List.of(file.span(EventTime.nanos(Instant.now()), next)));
        journaledHead = file.head;
        span = journal.entries.size() - 1;
        lines = begun;
    }

    private void warnOfLoss(KnownFile file) {
        LOG.warn(
                "{}: {} was read up to byte {}, and is gone or truncated; what was written to it after that is lost",
                source.name(),
                file.name,
                file.readTo);
    }

    private SourceException failed(IOException e) {
        if (e instanceof NoSuchFileException missing && source.watch.folder.equals(missing.getFile())) {
            return SourceException.fatal("folder: " + source.watch.folder + ": does not exist (expected: a folder)", e);
        }
        return SourceException.retryable(source.name() + ": " + e, e);
    }

    private void closeLines() throws IOException {
        TailLines<T> open = lines;
        lines = null;
        if (open != null) {
            open.close();
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            closeLines();
        } catch (IOException e) {
            throw failed(e);
        } finally {
            journal.close();
        }
    }
}
