package io.datastream.http;

import io.datastream.codec.Encoder;
import io.datastream.httpclient.HttpEndpoint;
import io.datastream.sink.Guarantee;
import io.datastream.sink.Sink;
import io.datastream.sink.SinkContext;
import io.datastream.sink.SinkWriter;
import java.time.Duration;

/**
 * Sends results to a service over HTTP, by POST: a request for each, or for a batch.
 *
 * <pre>{@code
 * WebhookSink.to(HttpEndpoint.of("https://alerts.example/hook").withToken(SecretSource.file(token)), JsonCodec.of(Alert.class))
 * }</pre>
 *
 * <p><b>Requests.</b> The body is what an {@link Encoder} makes of a result, of type {@code application/json} unless
 * {@link #withContentType} says otherwise. Address, headers, secrets, TLS and limits of time belong to the
 * {@link HttpEndpoint}. Requests of a task are sent one after the other, in the order of its results.
 *
 * <p><b>Delivery.</b> A status from 200 to 299 confirms; all is confirmed when the pipeline commits. After a crash results may
 * be sent again: {@link Guarantee#AT_LEAST_ONCE}. Each request has a header {@code Idempotency-Key}, made of the pipeline, the
 * step, and time and bytes of its results alone, so a service that remembers keys drops a result that is sent again by
 * itself. A batch may be cut elsewhere then, and has another key; so where it matters, send single results. Two results of the
 * same step with the same time and bytes have the same key.
 *
 * <p><b>Errors.</b> No answer, and the statuses 408, 429 (then as late as {@code Retry-After} says) and 5xx, are retryable.
 * 400, 409, 413 and 422 refuse a result: a batch is halved until it is found, where the halves that are accepted may be there
 * twice, and the policy of {@code to(sink, policy)} says what becomes of it. All other statuses are fatal; redirects are not
 * followed. No message holds a secret or the path.
 *
 * <p>A sink is immutable: each method gives a changed copy. Its writers hold at most one batch each.
 *
 * @param <T> the results
 */
public final class WebhookSink<T> implements Sink<T> {
    private static final long serialVersionUID = 1L;

    /** The header of the key that makes requests recognizable, unless {@link #withKeyHeader} says otherwise: {@value}. */
    public static final String DEFAULT_KEY_HEADER = "Idempotency-Key";

    private final String name;
    private final HttpEndpoint endpoint;
    private final Definition<T> definition;

    private WebhookSink(String name, HttpEndpoint endpoint, Definition<T> definition) {
        this.name = name;
        this.endpoint = endpoint;
        this.definition = definition;
    }

    /** A request for each result. */
    public static <T> WebhookSink<T> to(HttpEndpoint endpoint, Encoder<? super T> encoder) {
        return new WebhookSink<>(
                "webhook", endpoint, new Definition<>(encoder, "application/json", DEFAULT_KEY_HEADER, 1, 0, null));
    }

    /** Gives the sink a name for plans, metrics and messages. Default: {@code webhook}. */
    public WebhookSink<T> named(String newName) {
        if (newName.isBlank()) {
            throw new IllegalArgumentException("name: \"" + newName + "\" (expected: a name)");
        }
        return new WebhookSink<>(newName, endpoint, definition);
    }

    /** Says what the body is, such as {@code text/plain; charset=utf-8}. */
    public WebhookSink<T> withContentType(String type) {
        HttpEndpoint.of("http://localhost").withHeader("Content-Type", type); // checks it
        return new WebhookSink<>(name, endpoint, definition.withContentType(type));
    }

    /** Sends the key in another header. */
    public WebhookSink<T> withKeyHeader(String name) {
        HttpEndpoint.of("http://localhost").withHeader(name, ""); // checks it
        return new WebhookSink<>(name, endpoint, definition.withKeyHeader(name));
    }

    /** Sends no key. */
    public WebhookSink<T> withoutKey() {
        return new WebhookSink<>(name, endpoint, definition.withKeyHeader(null));
    }

    /**
     * Sends several results in a request.
     *
     * @param results results that are sent together, from 1 to 10,000
     * @param longest how long a result waits for others while more are coming; a commit sends it in any case
     */
    public WebhookSink<T> withBatch(int results, Duration longest, BatchForm form) {
        if (results < 1 || results > 10_000) {
            throw new IllegalArgumentException("results: " + results + " (expected: from 1 to 10000)");
        }
        if (longest.isNegative() || longest.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("longest: " + longest + " (expected: from 0 to a day)");
        }
        return new WebhookSink<>(name, endpoint, definition.withBatch(results, longest.toNanos(), form));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Guarantee guarantee() {
        return Guarantee.AT_LEAST_ONCE;
    }

    @Override
    public SinkWriter<T> open(SinkContext context) {
        return new WebhookWriter<>(definition, endpoint.open(name), context, System::nanoTime);
    }

    /** What it sends to, without secrets and without the path. */
    @Override
    public String toString() {
        return name + " at " + endpoint;
    }
}
