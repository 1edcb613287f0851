package io.datastream.feed;

import static java.nio.charset.StandardCharsets.UTF_8;

/** A server-sent event. Immutable as long as nobody changes its bytes. */
public final class SseEvent {
    private static final String DEFAULT_TYPE = "message";

    private final Kept kept;

    SseEvent(Kept kept) {
        this.kept = kept;
    }

    /** The last id that the server has given, with this event or one before it; empty if it gave none. */
    public String id() {
        return kept.position;
    }

    /** The type of the event; {@code message} if the server gave none. */
    public String type() {
        return typeOf(kept);
    }

    static String typeOf(Kept kept) {
        return kept.type.isEmpty() ? DEFAULT_TYPE : kept.type;
    }

    /** The lines of data as UTF-8 text, with a line feed between them. What is no UTF-8 is replaced. */
    public String data() {
        return new String(kept.payload, UTF_8);
    }

    /** The lines of data as they were sent, with a line feed between them; not copied. */
    public byte[] bytes() {
        return kept.payload;
    }

    /** Type and id, and how many bytes came. */
    @Override
    public String toString() {
        return SseSource.nameOf(kept) + ": " + kept.payload.length + " bytes";
    }
}
