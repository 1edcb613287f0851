package io.datastream.http;

import java.io.ByteArrayOutputStream;
import java.util.List;

/** How the results of a batch are put into one request. */
public enum BatchForm {
    /** As the elements of a JSON array; each result must be a JSON value. */
    JSON_ARRAY('[', ',', "]"),
    /** One after the other, each ended by a line break, as in NDJSON; no result may contain one. */
    LINES('\0', '\n', "\n");

    private final char before;
    private final char between;
    private final String after;

    BatchForm(char before, char between, String after) {
        this.before = before;
        this.between = between;
        this.after = after;
    }

    boolean takes(byte[] result) {
        if (this == LINES) {
            for (byte each : result) {
                if (each == '\n') {
                    return false;
                }
            }
        }
        return true;
    }

    byte[] join(List<byte[]> results) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        if (before != '\0') {
            body.write(before);
        }
        for (int i = 0; i < results.size(); i++) {
            if (i > 0) {
                body.write(between);
            }
            body.writeBytes(results.get(i));
        }
        body.writeBytes(after.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        return body.toByteArray();
    }
}
