package io.datastream.feed;

import static java.nio.charset.StandardCharsets.UTF_8;

/** A message of a WebSocket, put together of its fragments. Immutable as long as nobody changes its payload. */
public final class WebSocketMessage {
    private final boolean isText;
    private final byte[] payload;

    WebSocketMessage(boolean isText, byte[] payload) {
        this.isText = isText;
        this.payload = payload;
    }

    /** Whether it was sent as text; else as bytes. */
    public boolean isText() {
        return isText;
    }

    /** The payload as UTF-8 text. */
    public String text() {
        return new String(payload, UTF_8);
    }

    /** The payload; not copied. */
    public byte[] payload() {
        return payload;
    }

    /** Its kind and size. */
    @Override
    public String toString() {
        return (isText ? "text" : "binary") + " message: " + payload.length + " bytes";
    }
}
