package io.datastream.redis;

import io.datastream.sink.SinkException;
import java.io.EOFException;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/** Says what an error means: whether another try helps, or whether a key or a result is to blame. */
final class Failures {
    /** What can be done. */
    enum Kind {
        /** Another try, on another connection. */
        RETRY,
        /** Doing without the results of the key. */
        KEY,
        /** Nothing. */
        FATAL
    }

    /** Starting, saving with errors, full, busy, a replica now, without its replicas, restarted without the script. */
    private static final List<String> RETRY_WORDS = List.of(
            "LOADING ",
            "MISCONF ",
            "OOM ",
            "BUSY ",
            "READONLY ",
            "MASTERDOWN ",
            "NOREPLICAS ",
            "NOSCRIPT ",
            "max number of clients reached");

    /** The key holds something else, or no more can be added to it. What is not known here stops the pipeline. */
    private static final List<String> KEY_WORDS =
            List.of("WRONGTYPE ", "exhausted the last possible ID", "string exceeds maximum allowed size");

    private Failures() {}

    static Kind kind(RuntimeException error) {
        if (error instanceof JedisConnectionException) {
            return isOfTls(error) ? Kind.FATAL : Kind.RETRY;
        }
        if (!(error instanceof JedisDataException)) {
            return Kind.FATAL;
        }
        String message = String.valueOf(error.getMessage());
        if (RETRY_WORDS.stream().anyMatch(message::contains)) {
            return Kind.RETRY;
        }
        return KEY_WORDS.stream().anyMatch(message::contains) ? Kind.KEY : Kind.FATAL;
    }

    /** A certificate that is not trusted stays so; a connection that breaks in the handshake may be one lost. */
    private static boolean isOfTls(Throwable error) {
        int depth = 0;
        for (Throwable at = error; at != null && depth < 16; at = at.getCause(), depth++) {
            if (at instanceof SSLException) {
                return !String.valueOf(at.getMessage()).contains("closed") && !(at.getCause() instanceof EOFException);
            }
        }
        return false;
    }

    static SinkException of(String place, RuntimeException error) {
        String message = place + ": " + text(error);
        return kind(error) == Kind.RETRY ? SinkException.retryable(message, error) : fatal(message, error);
    }

    @SuppressWarnings("NullAway") // an exception without cause
    static SinkException fatal(String message, @Nullable Throwable cause) {
        return SinkException.fatal(message, cause);
    }

    /** What happened, with the cause that a lost connection had. */
    static String text(RuntimeException error) {
        Throwable root = error;
        int depth = 0;
        while (root.getCause() != null && depth++ < 16) {
            root = root.getCause();
        }
        String first = String.valueOf(error.getMessage());
        return root == error ? first : first + " (" + root.getMessage() + ")";
    }
}
