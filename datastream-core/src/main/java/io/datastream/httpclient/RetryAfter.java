package io.datastream.httpclient;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** Reads how long a server asks to be left alone. */
public final class RetryAfter {
    private RetryAfter() {}

    /** The pause of the header {@code Retry-After}: seconds, or until a date. Empty if there is none that can be understood. */
    public static Optional<Duration> in(HttpHeaders headers, Instant now) {
        return headers.firstValue("Retry-After").flatMap(header -> of(header, now));
    }

    static Optional<Duration> of(String header, Instant now) {
        String text = header.strip();
        if (text.matches("\\d{1,9}")) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
        }
        try {
            Instant at = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return Optional.of(at.isAfter(now) ? Duration.between(now, at) : Duration.ZERO);
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
