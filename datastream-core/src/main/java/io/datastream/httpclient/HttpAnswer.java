package io.datastream.httpclient;

import io.datastream.error.OneLine;

/**
 * What a server answered.
 *
 * @param status the status of HTTP
 * @param body the beginning of what it says, at most a MiB
 */
public record HttpAnswer(int status, String body) {
    private static final int LONGEST_SHOWN = 300;

    /** Whether the status is one of success, from 200 to 299. */
    public boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /** Status and body for messages, on one line and shortened. */
    public String text() {
        String line = body.replaceAll("\\s+", " ").strip();
        String shown = OneLine.of(line, LONGEST_SHOWN);
        return "status " + status + (shown.isEmpty() ? "" : ": " + shown);
    }
}
