package io.datastream.source.file;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells which files are known under which names.
 *
 * <p>A file is known by its inode if it begins as it did and is not shorter than what was read of it. Else, if it has a whole
 * fingerprint, by that: then it is the known file if that is nowhere else, and a copy of it that is passed over if it is.
 */
final class KnownFiles {
    private static final Comparator<FoundFile> OLDEST_FIRST = Comparator.comparingLong(FoundFile::modified)
            .thenComparing(file -> -file.name().length()) // app.log.1 is older than app.log
            .thenComparing(FoundFile::name);

    private final Listing listing;
    private final Contents contents;
    private final int fingerprint;
    private final List<KnownFile> files = new ArrayList<>();
    private final Map<String, KnownFile> byKey = new HashMap<>();

    /** Files whose beginning was compared, as they were then. */
    private Map<FoundFile, KnownFile> compared = new HashMap<>();

    KnownFiles(Listing listing, Contents contents, int fingerprint) {
        this.listing = listing;
        this.contents = contents;
        this.fingerprint = fingerprint;
    }

    /** Takes over what the journal tells. */
    KnownFile load(Entry span) {
        while (files.size() <= span.file()) {
            files.add(new KnownFile(files.size(), span.name(), span.key(), span.head()));
        }
        KnownFile file = files.get(span.file());
        file.name = span.name();
        file.key = span.key();
        file.head = span.head();
        file.readTo = Math.max(file.readTo, span.bytes());
        byKey.put(file.key, file);
        return file;
    }

    KnownFile get(int number) {
        return files.get(number);
    }

    /** Looks at the folder. Returns the files that are new or longer than what was read of them, the oldest first. */
    List<KnownFile> look() throws IOException {
        List<FoundFile> found = listing.files();
        found.sort(OLDEST_FIRST);
        files.forEach(file -> file.place = null);
        List<FoundFile> others = new ArrayList<>();
        Map<FoundFile, KnownFile> comparedNow = new HashMap<>();
        for (FoundFile file : found) {
            KnownFile known = byKey.get(file.key());
            if (known != null && isSame(known, file)) {
                known.placeAt(file);
                comparedNow.put(file, known);
            } else if (file.size() > 0) {
                others.add(file);
            }
        }
        compared = comparedNow;
        List<KnownFile> pending = new ArrayList<>();
        Set<Head> heads = new HashSet<>();
        for (FoundFile file : others) {
            KnownFile fresh = byBeginning(file);
            // of two new ones that begin alike one is a copy, which is told when the other one is known
            if (fresh != null && (fresh.head.length() < fingerprint || heads.add(fresh.head))) {
                pending.add(fresh);
            }
        }
        for (KnownFile known : files) {
            FoundFile place = known.place;
            if (place != null && hasMore(known, place)) {
                pending.add(known);
            }
        }
        pending.sort((a, b) -> OLDEST_FIRST.compare(placeOf(a), placeOf(b)));
        return pending;
    }

    static FoundFile placeOf(KnownFile file) {
        FoundFile place = file.place;
        if (place == null) {
            throw new IllegalStateException(file.name + ": is nowhere");
        }
        return place;
    }

    private boolean hasMore(KnownFile known, FoundFile place) {
        if (contents.uncompressor(place.name()) != null) {
            return !known.ended;
        }
        return place.size() > known.readTo && place.size() != known.sizeWithoutLine;
    }

    private boolean isSame(KnownFile known, FoundFile file) throws IOException {
        boolean compressed = contents.uncompressor(file.name()) != null;
        if (!compressed && file.size() < known.readTo) {
            return false;
        }
        if (known.equals(compared.get(file))) {
            return true;
        }
        Head head = head(file, known.head.length());
        if (!known.head.equals(head)) {
            return false;
        }
        if (known.head.length() < fingerprint) {
            Head longer = head(file, fingerprint);
            known.head = longer == null ? known.head : longer;
        }
        return true;
    }

    /** A file that its inode does not tell: a known one that is now here, or a new one; null for a copy, or one that is gone. */
    private @Nullable KnownFile byBeginning(FoundFile file) throws IOException {
        Head head = head(file, fingerprint);
        if (head == null || head.length() == 0 || mayBeCopied(file, head)) {
            return null;
        }
        if (head.length() == fingerprint) {
            for (KnownFile known : files) {
                if (known.head.equals(head)) {
                    if (known.place == null) {
                        known.placeAt(file);
                        byKey.put(known.key, known);
                    }
                    return null;
                }
            }
        }
        KnownFile fresh = new KnownFile(-1, file.name(), file.key(), head);
        fresh.place = file;
        return fresh;
    }

    /** Whether a file may be a copy that is not complete yet: it is short and young, and a known one begins like it. */
    private boolean mayBeCopied(FoundFile file, Head head) throws IOException {
        if (head.length() == fingerprint || !file.isYoung()) {
            return false;
        }
        for (KnownFile known : files) {
            FoundFile place = known.place;
            if (place != null && known.head.length() >= head.length() && head.equals(head(place, head.length()))) {
                return true;
            }
        }
        return false;
    }

    /** A file that was new is known from now on. */
    void add(KnownFile file) {
        if (file.number < 0) {
            file.number = files.size();
            files.add(file);
            byKey.put(file.key, file);
        }
    }

    /** The beginning of a file; null if it is gone, or another one has its name by now. */
    private @Nullable Head head(FoundFile file, int longest) throws IOException {
        try {
            Head head = contents.head(file.path(), longest);
            return file.isStillThere() ? head : null;
        } catch (NoSuchFileException gone) {
            return null;
        } catch (IOException e) {
            if (!contents.mayBeIncomplete(file)) {
                throw new IOException(file.path() + ": " + e.getMessage(), e);
            }
            return null;
        }
    }
}
