package io.datastream.cassandra;

import com.datastax.oss.driver.api.core.AllNodesFailedException;
import com.datastax.oss.driver.api.core.DriverException;
import com.datastax.oss.driver.api.core.InvalidKeyspaceException;
import com.datastax.oss.driver.api.core.UnsupportedProtocolVersionException;
import com.datastax.oss.driver.api.core.auth.AuthenticationException;
import com.datastax.oss.driver.api.core.servererrors.AlreadyExistsException;
import com.datastax.oss.driver.api.core.servererrors.FunctionFailureException;
import com.datastax.oss.driver.api.core.servererrors.InvalidConfigurationInQueryException;
import com.datastax.oss.driver.api.core.servererrors.InvalidQueryException;
import com.datastax.oss.driver.api.core.servererrors.ProtocolError;
import com.datastax.oss.driver.api.core.servererrors.SyntaxError;
import com.datastax.oss.driver.api.core.servererrors.UnauthorizedException;
import io.datastream.error.OneLine;
import io.datastream.sink.SinkException;
import java.security.cert.CertificateException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says what an error means: whether another try helps, or whether a row is to blame. */
final class Failures {
    private static final int MOST_CAUSES = 64;

    /** What can be done. */
    enum Kind {
        /** Another try. */
        RETRY,
        /** Writing the rows one by one, to find the one that is refused. */
        ROW,
        /** Nothing. */
        FATAL
    }

    /** Of the table, not of a row. */
    private static final List<String> TABLE_WORDS =
            List.of("unconfigured table", "Undefined column", "Unknown identifier", "does not exist");

    /** Of the server, which it reports as if it had failed itself. */
    private static final List<String> ROW_WORDS = List.of("is too large");

    private Failures() {}

    static Kind kind(Throwable error) {
        if (error instanceof InvalidQueryException || error instanceof FunctionFailureException) {
            String message = String.valueOf(error.getMessage());
            return TABLE_WORDS.stream().anyMatch(message::contains) ? Kind.FATAL : Kind.ROW;
        }
        if (ROW_WORDS.stream().anyMatch(String.valueOf(error.getMessage())::contains)) {
            return Kind.ROW;
        }
        if (isLasting(error) || !(error instanceof DriverException)) {
            return Kind.FATAL;
        }
        return Kind.RETRY;
    }

    /** Whether the error, or one that led to it at some node, stays as it is: not let in, not trusted, not understood. */
    private static boolean isLasting(Throwable error) {
        Deque<Throwable> open = new ArrayDeque<>(List.of(error));
        for (int seen = 0; !open.isEmpty() && seen < MOST_CAUSES; seen++) {
            Throwable at = open.pop();
            if (at instanceof AuthenticationException
                    || at instanceof UnauthorizedException
                    || at instanceof SyntaxError
                    || at instanceof InvalidConfigurationInQueryException
                    || at instanceof InvalidKeyspaceException
                    || at instanceof AlreadyExistsException
                    || at instanceof ProtocolError
                    || at instanceof UnsupportedProtocolVersionException
                    || at instanceof CertificateException
                    || at instanceof SinkException) {
                return true;
            }
            if (at instanceof AllNodesFailedException all) {
                all.getAllErrors().values().forEach(open::addAll);
            }
            if (at.getCause() != null && at.getCause() != at) {
                open.push(at.getCause());
            }
        }
        return false;
    }

    static SinkException of(String place, Throwable error) {
        String message = place + ": " + text(error);
        return kind(error) == Kind.RETRY ? SinkException.retryable(message, error) : fatal(message, error);
    }

    @SuppressWarnings("NullAway") // an exception without cause
    static SinkException fatal(String message, @Nullable Throwable cause) {
        return SinkException.fatal(message, cause);
    }

    @SuppressWarnings("NullAway") // an exception without cause
    static SinkException retryable(String message) {
        return SinkException.retryable(message, null);
    }

    /** What happened, in one line; where all nodes failed, with what the first of them said. */
    static String text(Throwable error) {
        String text = line(error);
        if (error instanceof AllNodesFailedException all) {
            text = all.getAllErrors().isEmpty() ? "no node is reachable" : "no node took it";
            for (List<Throwable> errors : all.getAllErrors().values()) {
                Throwable first = errors.get(0);
                return text + ": " + line(root(first) instanceof CertificateException ? root(first) : first);
            }
        }
        return text;
    }

    private static Throwable root(Throwable error) {
        Throwable at = error;
        for (int depth = 0; at.getCause() != null && depth < MOST_CAUSES; depth++) {
            at = at.getCause();
            if (at instanceof CertificateException) {
                return at;
            }
        }
        return at;
    }

    private static String line(Throwable error) {
        String message = String.valueOf(error.getMessage());
        int end = message.indexOf('\n');
        return OneLine.of(end < 0 ? message : message.substring(0, end));
    }
}
