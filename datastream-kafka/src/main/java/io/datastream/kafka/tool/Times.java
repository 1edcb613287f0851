package io.datastream.kafka.tool;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** Points in time on the command line. */
final class Times {
    private Times() {}

    /** An instant such as {@code 2026-03-01T12:00:00Z}, the same with an offset, or a day, which begins at midnight UTC. */
    static Instant parse(String option, String text) {
        try {
            return text.length() == 10
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new UsageException(
                    "--" + option + ": " + text
                            + " (expected: a time such as 2026-03-01T12:00:00Z, or a day such as 2026-03-01)",
                    e);
        }
    }
}
