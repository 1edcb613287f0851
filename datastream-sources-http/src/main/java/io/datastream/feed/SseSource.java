package io.datastream.feed;

import io.datastream.log.DurableLog;
import io.datastream.secret.SecretSource;
import io.datastream.secret.Tls;
import io.datastream.source.SourceConnector;
import java.io.IOException;
import java.time.Duration;

/**
 * The server-sent events of a service as records. An event is kept in a durable log, from which pipelines read it. After a lost
 * connection or a crash the server is asked to go on behind the last event that is in the log ({@code Last-Event-ID}). Immutable;
 * each {@code withX} returns a changed copy. Nothing runs before {@link #start()}.
 *
 * <pre>{@code
 * SseSource<Change> changes = SseSource.at("https://stream.example.org/changes", FileLog.open(folder),
 *                 SseDecoder.ofData(JsonCodec.of(Change.class)))
 *         .withToken(SecretSource.file(tokenFile));
 * try (FeedSubscription subscription = changes.start()) {
 *     Pipeline.from(changes.source().eventTime(Change::time))...
 * }
 * }</pre>
 *
 * @param <T> the records
 */
public final class SseSource<T> {
    /** How long connecting may take. */
    public static final Duration DEFAULT_CONNECT_TIME = FeedOptions.DEFAULT_CONNECT_TIME;

    /** How long nothing may come, no comment either, before a connection is given up. */
    public static final Duration DEFAULT_IDLE_TIME = Duration.ofMinutes(2);

    /** The pause before the second attempt to connect; each further one is twice as long. */
    public static final Duration DEFAULT_FIRST_PAUSE = FeedOptions.DEFAULT_FIRST_PAUSE;

    /** The longest pause between attempts to connect. */
    public static final Duration DEFAULT_LONGEST_PAUSE = FeedOptions.DEFAULT_LONGEST_PAUSE;

    /** The largest event that is kept, in bytes. */
    public static final int DEFAULT_MAX_EVENT = FeedOptions.DEFAULT_MAX_EVENT;

    private final FeedOptions options;
    private final DurableLog log;
    private final SseDecoder<T> decoder;

    private SseSource(FeedOptions options, DurableLog log, SseDecoder<T> decoder) {
        this.options = options;
        this.log = log;
        this.decoder = decoder;
    }

    /**
     * The events at an address.
     *
     * @param url {@code http} or {@code https}, without a user or a fragment
     * @param log keeps the events; not closed by the source. One log for each source
     * @param decoder makes records of events, when a pipeline reads them
     */
    public static <T> SseSource<T> at(String url, DurableLog log, SseDecoder<T> decoder) {
        return new SseSource<>(FeedOptions.at(url, "http", DEFAULT_IDLE_TIME), log, decoder);
    }

    private SseSource<T> with(FeedOptions changed) {
        return new SseSource<>(changed, log, decoder);
    }

    /** The same with a header of each request: visible ASCII. */
    public SseSource<T> withHeader(String name, String value) {
        return with(options.withPlainHeader(name, value));
    }

    /** The same with a header whose value is a secret, looked up at each connection. */
    public SseSource<T> withSecretHeader(String name, SecretSource value) {
        return with(options.withHeader(name, "", value));
    }

    /** The same with {@code Authorization: Bearer ...}; the token is looked up at each connection. */
    public SseSource<T> withToken(SecretSource token) {
        return with(options.withToken(token));
    }

    /** The same with these certificates, for an address at {@code https://}. Default: what the JDK trusts. */
    public SseSource<T> withTls(Tls tls) {
        return with(options.withTls(tls));
    }

    /** The same with another limit for connecting. Default: {@link #DEFAULT_CONNECT_TIME} */
    public SseSource<T> withConnectTime(Duration limit) {
        return with(options.withConnectTime(limit));
    }

    /**
     * The same with another time for which nothing may come; then it is connected anew. Longer than the pauses between the
     * comments that the server sends as signs of life. Default: {@link #DEFAULT_IDLE_TIME}
     *
     * @param limit from 100 ms to a day
     */
    public SseSource<T> withIdleTime(Duration limit) {
        return with(options.withIdleTime(limit));
    }

    /**
     * The same with other pauses between attempts to connect: they double from the first to the longest, and each is cut by up
     * to a half at random. What the server wishes ({@code retry}) takes the place of the first one, within these two. Default:
     * {@link #DEFAULT_FIRST_PAUSE} and {@link #DEFAULT_LONGEST_PAUSE}
     */
    public SseSource<T> withPauses(Duration first, Duration longest) {
        return with(options.withPauses(first, longest));
    }

    /**
     * The same with another largest event. Of a larger one its size is kept, as a record that cannot be decoded. Default: {@link
     * #DEFAULT_MAX_EVENT}
     */
    public SseSource<T> withMaxEvent(int bytes) {
        return with(options.withMaxEvent(bytes));
    }

    /**
     * The records that were kept, for a pipeline; readable while the log is, whether a subscription runs or not. Bytes of dead
     * letters are those of the data, where the log is read in this JVM.
     */
    public SourceConnector<T> source() {
        return KeptRecords.of(log, new Decoding<>(decoder));
    }

    /**
     * Connects. A server that is not there is waited for in the background, so that a program may start before its server;
     * see {@link FeedSubscription#status()}.
     *
     * @throws FeedException if the server refuses the request, or cannot be trusted
     * @throws IllegalStateException if the log holds what no source of this kind has kept
     */
    public FeedSubscription start() {
        return FeedSubscription.start(toString(), options, log, new FeedProtocol() {
            @Override
            public FeedConnection connect(String position, Counts counts) throws IOException {
                return SseConnection.open(options, position, counts);
            }

            @Override
            public boolean canResume(String position) {
                return SseConnection.canResume(position);
            }
        });
    }

    static String nameOf(Kept event) {
        String id = event.position.isEmpty() ? "" : " " + KeptDecoder.shown(event.position);
        return "sse " + KeptDecoder.shown(SseEvent.typeOf(event)) + id;
    }

    /** Scheme, host and port. */
    @Override
    public String toString() {
        return "sse at " + options.origin();
    }

    /** Gives events to the user's decoder. */
    private static final class Decoding<T> extends KeptDecoder<T> {
        private static final long serialVersionUID = 1L;

        private final SseDecoder<T> decoder;

        Decoding(SseDecoder<T> decoder) {
            this.decoder = decoder;
        }

        @Override
        T convert(Kept event) {
            return decoder.decode(new SseEvent(event));
        }

        @Override
        String name(Kept event) {
            return nameOf(event);
        }
    }
}
