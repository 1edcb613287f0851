package io.datastream.kafka;

import io.datastream.kafka.internal.RefusedException;
import java.util.List;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.OffsetMetadataTooLarge;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.UnsupportedCompressionTypeException;
import org.apache.kafka.common.errors.UnsupportedForMessageFormatException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.jspecify.annotations.Nullable;

/**
 * What errors of Kafka's clients mean for a worker. The clients wrap them in each other, so it is the chain of causes that
 * counts.
 */
final class KafkaErrors {
    /** Nothing helps before somebody changes rights, settings or data. */
    private static final List<Class<? extends Throwable>> LASTING = List.of(
            AuthorizationException.class,
            AuthenticationException.class,
            RefusedException.class,
            UnsupportedVersionException.class,
            RecordTooLargeException.class,
            InvalidRecordException.class,
            InvalidTimestampException.class,
            InvalidTopicException.class,
            OffsetMetadataTooLarge.class,
            UnsupportedForMessageFormatException.class,
            UnsupportedCompressionTypeException.class);

    /** The producer is of no use any more. */
    private static final List<Class<? extends Throwable>> FENCED =
            List.of(ProducerFencedException.class, InvalidProducerEpochException.class);

    private static final List<Class<? extends Throwable>> OUT_OF_STEP =
            List.of(OutOfOrderSequenceException.class, InvalidPidMappingException.class, IllegalStateException.class);

    /** What to do after an error in a transaction. */
    enum Remedy {
        /** Abort it; what it carried goes into the next one. */
        SEND_AGAIN,
        /** Take a new producer with the same id, which makes the broker decide about the transaction. */
        NEW_PRODUCER,
        /** Fail, with this error as the cause. */
        GIVE_UP
    }

    private KafkaErrors() {}

    static Remedy remedy(Throwable error) {
        if (lasting(error) != null) {
            return Remedy.GIVE_UP;
        }
        return isFenced(error) || find(error, OUT_OF_STEP) != null ? Remedy.NEW_PRODUCER : Remedy.SEND_AGAIN;
    }

    /** The error in a chain of causes that no other try can help; null if there is none. */
    static @Nullable RuntimeException lasting(Throwable error) {
        return (RuntimeException) find(error, LASTING);
    }

    /** Whether another producer has taken the transactional id, or the broker has ended a transaction that took too long. */
    static boolean isFenced(Throwable error) {
        return find(error, FENCED) != null;
    }

    /** The error to show: without what Kafka's clients have wrapped around one that lasts. */
    static Throwable cause(Throwable error) {
        RuntimeException lasting = error instanceof KafkaException ? lasting(error) : null;
        return lasting == null ? error : lasting;
    }

    /** The innermost error in words. */
    static String words(Throwable error) {
        Throwable inner = error;
        while (inner.getCause() != null) {
            inner = inner.getCause();
        }
        return inner.getClass().getSimpleName() + (inner.getMessage() == null ? "" : ": " + inner.getMessage());
    }

    private static @Nullable Throwable find(Throwable error, List<Class<? extends Throwable>> wanted) {
        for (Throwable at = error; at != null; at = at.getCause()) {
            for (Class<? extends Throwable> one : wanted) {
                if (one.isInstance(at)) {
                    return at;
                }
            }
        }
        return null;
    }
}
