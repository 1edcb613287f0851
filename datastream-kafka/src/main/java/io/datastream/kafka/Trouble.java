package io.datastream.kafka;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Since when something does not succeed, and why. Told by one thread, read by any. */
final class Trouble {
    /** What takes longer is told of, though it has not failed yet. */
    private static final Duration LONG = Duration.ofSeconds(3);

    private final String what;
    private final Clock clock;
    private volatile @Nullable Instant begun;
    private volatile @Nullable Failure failure;

    private record Failure(Instant since, String error) {}

    /** @param what the beginning of a sentence, such as "no commit succeeds" */
    Trouble(String what, Clock clock) {
        this.what = what;
        this.clock = clock;
    }

    /** It is tried. */
    void tried() {
        begun = clock.instant();
    }

    void failed(Throwable error) {
        Failure before = failure;
        failure = new Failure(before == null ? clock.instant() : before.since(), KafkaErrors.words(error));
    }

    void succeeded() {
        begun = null;
        failure = null;
    }

    /** In words; null if there is nothing to say. */
    @Nullable
    String words() {
        Failure known = failure;
        if (known != null) {
            return what + " since " + known.since().truncatedTo(ChronoUnit.SECONDS) + ": " + known.error();
        }
        Instant since = begun;
        if (since != null && Duration.between(since, clock.instant()).compareTo(LONG) > 0) {
            return what + " since " + since.truncatedTo(ChronoUnit.SECONDS) + ": Kafka has not answered yet";
        }
        return null;
    }
}
