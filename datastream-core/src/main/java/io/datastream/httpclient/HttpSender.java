package io.datastream.httpclient;

import io.datastream.sink.SinkException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to an {@link HttpEndpoint}, and says whether another try can help when one fails. For one thread.
 *
 * <p>It never waits before a request: after an answer with {@code Retry-After} (of up to five minutes) its calls fail at once,
 * and can be repeated, until that time is over.
 */
public final class HttpSender {
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

    private final HttpEndpoint endpoint;
    private final String place;
    private final LongSupplier nanoTime;
    private final URI uri;
    private final HttpClient client;
    private long notBefore;
    private boolean mustWait;

    HttpSender(HttpEndpoint endpoint, String place, LongSupplier nanoTime) {
        this.endpoint = endpoint;
        this.place = place;
        this.nanoTime = nanoTime;
        this.uri = endpoint.uri();
        this.client = endpoint.client();
    }

    /**
     * Sends a request by POST.
     *
     * @param headers further headers; their values are checked as those of {@link HttpEndpoint#withHeader} are
     * @return the answer, unless another try can help
     * @throws SinkException retryable: no answer, a timeout, status 408, 429 or 5xx; fatal: a server that cannot be trusted, a
     *     secret that cannot be found
     */
    public HttpAnswer post(String contentType, Map<String, String> headers, byte[] body) {
        if (mustWait && nanoTime.getAsLong() - notBefore < 0) {
            throw failure("the server asks for a pause", null, true);
        }
        mustWait = false;
        HttpResponse<String> response = exchange(request(contentType, headers, body));
        HttpAnswer answer = new HttpAnswer(response.statusCode(), response.body());
        if (answer.status() == 408 || answer.status() == 429 || answer.status() >= 500) {
            RetryAfter.in(response.headers(), Instant.now()).ifPresent(this::waitFor);
            throw failure(answer.text(), null, true);
        }
        return answer;
    }

    private HttpRequest request(String contentType, Map<String, String> headers, byte[] body) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri).timeout(endpoint.timeout()).header("Content-Type", contentType);
        endpoint.headers(request::setHeader);
        headers.forEach((name, value) -> {
            String problem = HttpRules.problemWith(value);
            if (problem != null) {
                throw new IllegalArgumentException("header " + name + ": " + problem);
            }
            request.setHeader(name, value);
        });
        if (endpoint.isGzip()) {
            request.header("Content-Encoding", "gzip");
        }
        return request.POST(HttpRequest.BodyPublishers.ofByteArray(endpoint.isGzip() ? compressed(body) : body))
                .build();
    }

    private static byte[] compressed(byte[] body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException("in memory", e);
        }
        return bytes.toByteArray();
    }

    private HttpResponse<String> exchange(HttpRequest request) {
        CompletableFuture<HttpResponse<String>> answer = client.sendAsync(request, info -> new LimitedText());
        try {
            // the client's own limit ends when the headers are there
            return answer.get(2 * endpoint.timeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            String what = cause.getMessage() == null ? cause.toString() : cause.getMessage();
            throw isAboutCertificates(cause)
                    ? failure("TLS: " + what, cause, false)
                    : failure("no answer: " + what, cause, cause instanceof IOException);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw failure("no answer within " + endpoint.timeout().multipliedBy(2), e, true);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw failure("interrupted while waiting for an answer", e, false);
        }
    }

    /** A server that cannot be trusted stays so, unlike one that breaks off a handshake. */
    private static boolean isAboutCertificates(Throwable error) {
        int depth = 0;
        for (Throwable at = error; at != null && depth < 16; at = at.getCause(), depth++) {
            if (at instanceof GeneralSecurityException) {
                return true;
            }
        }
        return false;
    }

    private void waitFor(Duration pause) {
        Duration bounded = pause.compareTo(LONGEST_WAIT) < 0 ? pause : LONGEST_WAIT;
        mustWait = true;
        notBefore = nanoTime.getAsLong() + bounded.toNanos();
    }

    /** The exception for a request that came to nothing for good, such as one with an answer that no other try can change. */
    public SinkException fatal(String what) {
        return failure(what, null, false);
    }

    @SuppressWarnings("NullAway") // an exception without cause
    private SinkException failure(String what, @Nullable Throwable cause, boolean retryable) {
        String message = place + ", " + endpoint + ": " + what;
        return retryable ? SinkException.retryable(message, cause) : SinkException.fatal(message, cause);
    }
}
