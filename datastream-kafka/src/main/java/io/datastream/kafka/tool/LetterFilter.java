package io.datastream.kafka.tool;

import io.datastream.kafka.internal.LetterHeaders;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which letters of a topic are meant: those that fulfil all that is given. */
final class LetterFilter {
    private final @Nullable String step;
    private final @Nullable String error;
    private final @Nullable String pipeline;
    private final @Nullable Instant since;
    private final Set<String> places;
    private final Set<String> missing;

    LetterFilter(Arguments arguments) {
        this.step = arguments.one("step");
        this.error = arguments.one("error");
        this.pipeline = arguments.one("of");
        String time = arguments.one("since");
        this.since = time == null ? null : Times.parse("since", time);
        this.places = new HashSet<>(arguments.all("offset"));
        for (String place : places) {
            if (!place.matches("\\d{1,9}@\\d{1,18}")) {
                throw new UsageException("--offset: " + place + " (expected: PARTITION@OFFSET, such as 0@42)");
            }
        }
        this.missing = new HashSet<>(places);
    }

    /** Whether anything is given at all. */
    boolean isGiven() {
        return step != null || error != null || pipeline != null || since != null || !places.isEmpty();
    }

    boolean accepts(Letter letter) {
        return matches(step, letter.header(LetterHeaders.STEP))
                && matches(pipeline, letter.header(LetterHeaders.PIPELINE))
                && isError(letter.header(LetterHeaders.ERROR_CLASS))
                && (since == null || letter.record().timestamp() >= since.toEpochMilli())
                && (places.isEmpty() || isPlace(letter.at()));
    }

    private static boolean matches(@Nullable String wanted, @Nullable String found) {
        return wanted == null || wanted.equals(found);
    }

    /** By the class's full name, or its last part. */
    private boolean isError(@Nullable String found) {
        return error == null || (found != null && (found.equals(error) || found.endsWith("." + error)));
    }

    private boolean isPlace(String place) {
        missing.remove(place);
        return places.contains(place);
    }

    /** Places that were asked for and not come by. */
    Set<String> missing() {
        return missing;
    }
}
