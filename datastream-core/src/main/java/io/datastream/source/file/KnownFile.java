package io.datastream.source.file;

import org.jspecify.annotations.Nullable;

/** A growing file by all its names, and how far it was read. */
final class KnownFile {
    /** Its number in the journal; negative if it is new. */
    int number;

    String name;
    String key;
    Head head;

    /** The byte after the last line that was handed out. */
    long readTo;

    /** Where it was seen last time; null if it was not. */
    @Nullable
    FoundFile place;

    /** Of a compressed file: whether it was read to its end. */
    boolean ended;

    /** The size at which it had no further line. */
    long sizeWithoutLine = -1;

    KnownFile(int number, String name, String key, Head head) {
        this.number = number;
        this.name = name;
        this.key = key;
        this.head = head;
    }

    void placeAt(FoundFile found) {
        place = found;
        name = found.name();
        key = found.key();
    }

    Entry span(long time, long offset) {
        return new Entry(Entry.Kind.SPAN, number, name, key, head, time, offset, readTo);
    }
}
