package io.datastream.feed;

import io.datastream.log.DurableLog;
import io.datastream.secret.SecretSource;
import io.datastream.secret.Tls;
import io.datastream.source.SourceConnector;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a WebSocket as records. A message is kept in a durable log, from which pipelines read it. What is said to the
 * server at each connection is yours to give, also how it is asked to go on behind what is in the log. Immutable; each {@code
 * withX} returns a changed copy. Nothing runs before {@link #start()}.
 *
 * <pre>{@code
 * WebSocketSource<Trade> trades = WebSocketSource.at("wss://feed.example.org/v1", FileLog.open(folder),
 *                 WebSocketDecoder.ofPayload(JsonCodec.of(Trade.class)))
 *         .withSubscribe("{\"subscribe\":\"trades\"}");
 * try (FeedSubscription subscription = trades.start()) {
 *     Pipeline.from(trades.source().eventTime(Trade::time))...
 * }
 * }</pre>
 *
 * @param <T> the records
 */
public final class WebSocketSource<T> {
    /** How long connecting may take, and sending each message to the server. */
    public static final Duration DEFAULT_CONNECT_TIME = FeedOptions.DEFAULT_CONNECT_TIME;

    /** How long nothing may come, no answer to a ping either, before a connection is given up. */
    public static final Duration DEFAULT_IDLE_TIME = Duration.ofMinutes(1);

    /** The pause before the second attempt to connect; each further one is twice as long. */
    public static final Duration DEFAULT_FIRST_PAUSE = FeedOptions.DEFAULT_FIRST_PAUSE;

    /** The longest pause between attempts to connect. */
    public static final Duration DEFAULT_LONGEST_PAUSE = FeedOptions.DEFAULT_LONGEST_PAUSE;

    /** The largest message that is kept, in bytes. */
    public static final int DEFAULT_MAX_EVENT = FeedOptions.DEFAULT_MAX_EVENT;

    private final FeedOptions options;
    private final DurableLog log;
    private final WebSocketDecoder<T> decoder;
    private final WebSocketTalk talk;

    private WebSocketSource(FeedOptions options, DurableLog log, WebSocketDecoder<T> decoder, WebSocketTalk talk) {
        this.options = options;
        this.log = log;
        this.decoder = decoder;
        this.talk = talk;
    }

    /**
     * The messages at an address.
     *
     * @param url {@code ws} or {@code wss}, without a user or a fragment
     * @param log keeps the messages; not closed by the source. One log for each source
     * @param decoder makes records of messages, when a pipeline reads them
     */
    public static <T> WebSocketSource<T> at(String url, DurableLog log, WebSocketDecoder<T> decoder) {
        return new WebSocketSource<>(FeedOptions.at(url, "ws", DEFAULT_IDLE_TIME), log, decoder, WebSocketTalk.SILENT);
    }

    private WebSocketSource<T> with(FeedOptions changed) {
        return new WebSocketSource<>(changed, log, decoder, talk);
    }

    /** The same with texts that are sent to the server, in this order, at each connection that does not resume. */
    public WebSocketSource<T> withSubscribe(String... messages) {
        return new WebSocketSource<>(options, log, decoder, talk.subscribing(List.of(messages)));
    }

    /**
     * The same with texts that are sent instead of those of {@link #withSubscribe}, once something is in the log from which the
     * server can go on.
     *
     * @param position what the server needs to go on behind a message, such as its number; null for messages that tell none, such
     *     as confirmations. It is kept with the message, and used for later ones that tell none. A message for which it
     *     throws counts as one that tells none
     * @param messages the texts, of the position of the last message in the log
     */
    public WebSocketSource<T> withResume(
            Function<WebSocketMessage, @Nullable String> position, Function<String, List<String>> messages) {
        return new WebSocketSource<>(options, log, decoder, talk.resuming(position, messages));
    }

    /** The same with a header of the request that opens the connection: visible ASCII. */
    public WebSocketSource<T> withHeader(String name, String value) {
        return with(options.withPlainHeader(name, value));
    }

    /** The same with a header whose value is a secret, looked up at each connection. */
    public WebSocketSource<T> withSecretHeader(String name, SecretSource value) {
        return with(options.withHeader(name, "", value));
    }

    /** The same with {@code Authorization: Bearer ...}; the token is looked up at each connection. */
    public WebSocketSource<T> withToken(SecretSource token) {
        return with(options.withToken(token));
    }

    /** The same with these certificates, for an address at {@code wss://}. Default: what the JDK trusts. */
    public WebSocketSource<T> withTls(Tls tls) {
        return with(options.withTls(tls));
    }

    /** The same with another limit for connecting. Default: {@link #DEFAULT_CONNECT_TIME} */
    public WebSocketSource<T> withConnectTime(Duration limit) {
        return with(options.withConnectTime(limit));
    }

    /**
     * The same with another time for which nothing may come. Default: {@link #DEFAULT_IDLE_TIME}. A server that was silent for
     * 5 s, or half of this time if that is less, is sent a ping, and more of them until something comes.
     *
     * @param limit from 100 ms to a day
     */
    public WebSocketSource<T> withIdleTime(Duration limit) {
        return with(options.withIdleTime(limit));
    }

    /**
     * The same with other pauses between attempts to connect: they double from the first to the longest, and each is cut by up
     * to a half at random. Default: {@link #DEFAULT_FIRST_PAUSE} and {@link #DEFAULT_LONGEST_PAUSE}
     */
    public WebSocketSource<T> withPauses(Duration first, Duration longest) {
        return with(options.withPauses(first, longest));
    }

    /**
     * The same with another largest message. Of a larger one its size is kept, as a record that cannot be decoded. Default:
     * {@link #DEFAULT_MAX_EVENT}
     */
    public WebSocketSource<T> withMaxEvent(int bytes) {
        return with(options.withMaxEvent(bytes));
    }

    /**
     * The records that were kept, for a pipeline; readable while the log is, whether a subscription runs or not. Bytes of dead
     * letters are those of the payload, where the log is read in this JVM.
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
                return WebSocketConnection.open(options, talk, position, counts, System::nanoTime);
            }

            @Override
            public boolean canResume(String position) {
                return talk.canResume(position);
            }
        });
    }

    /** Scheme, host and port. */
    @Override
    public String toString() {
        return "websocket at " + options.origin();
    }

    /** Gives messages to the user's decoder. */
    private static final class Decoding<T> extends KeptDecoder<T> {
        private static final long serialVersionUID = 1L;

        private final WebSocketDecoder<T> decoder;

        Decoding(WebSocketDecoder<T> decoder) {
            this.decoder = decoder;
        }

        @Override
        T convert(Kept event) {
            return decoder.decode(new WebSocketMessage(event.isText(), event.payload));
        }

        @Override
        String name(Kept event) {
            return "websocket" + (event.position.isEmpty() ? "" : " " + KeptDecoder.shown(event.position));
        }
    }
}
