package io.datastream.poll;

import io.datastream.codec.Codec;
import io.datastream.codec.FileFormat;
import io.datastream.function.Fn;
import io.datastream.httpclient.HttpEndpoint;
import io.datastream.log.FileLog;
import io.datastream.log.PolledLog;
import io.datastream.log.Poller;
import io.datastream.source.ReadableSource;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Fetches records from a service over HTTP, now and then, into a durable log, from which pipelines read them: again and in the
 * same order after a crash. Immutable; each {@code withX} returns a changed copy.
 *
 * <pre>{@code
 * PolledLog log = PolledLog.open(Path.of("/var/lib/prices"));
 * HttpPoll<Price> prices = HttpPoll.of(
 *         HttpEndpoint.of("https://prices.example/latest"), JsonLinesFormat.of(Price.class), JsonCodec.of(Price.class), log);
 * Pipeline pipeline = Pipeline.from(prices.source().eventTime(Price::time))...
 * try (Poller poller = prices.start()) { ... }
 * }</pre>
 *
 * <p><b>A poll</b> asks for the first page, and goes from page to page as long as there is a next one; the next poll begins with
 * the first page again. Where a service says so ({@code ETag}, {@code Last-Modified}), a poll of one page is asked for under
 * the condition that it has changed, and nothing is read if not. All records of a page are kept together with how far it has
 * come, so after a crash it goes on with the next page. What a poll finds that was there before comes again: ask for what is new by
 * {@link #askingAfter} or {@link #followedBy}, or deduplicate by key.
 *
 * <p><b>Errors.</b> While there is no usable answer, the question is asked again, after pauses that grow; {@code Retry-After} is
 * heeded up to the longest of them. {@link Poller#status()} says why. A record that cannot be read is an error of the pipeline's
 * source, with the place in the page; the records after it are read.
 *
 * <p>A page is in memory as a whole, as it came and as records. Messages tell host and port of the service, and neither secrets
 * nor the path.
 *
 * @param <T> the records
 */
public final class HttpPoll<T> {
    /** The time between two polls, if not said otherwise. */
    public static final Duration DEFAULT_INTERVAL = Duration.ofMinutes(1);

    /** The largest body, if not said otherwise: 16 MiB. */
    public static final int DEFAULT_MAX_BODY = 16 << 20;

    /** The most pages of a poll, if not said otherwise. */
    public static final int DEFAULT_MAX_PAGES = 10_000;

    final HttpEndpoint endpoint;
    final FileFormat<T> format;
    final Codec<T> codec;
    final PolledLog log;
    final Options<T> options;

    /** All that has a default. A feed goes on where it has come to, instead of beginning anew. */
    record Options<T>(
            Poller.Pace pace,
            int maxBody,
            int maxPages,
            Fn<HttpPage, Optional<URI>> nextPage,
            boolean isFeed,
            @Nullable LastRecord<T> lastRecord) {}

    private HttpPoll(HttpEndpoint endpoint, FileFormat<T> format, Codec<T> codec, PolledLog log, Options<T> options) {
        this.endpoint = endpoint;
        this.format = format;
        this.codec = codec;
        this.log = log;
        this.options = options;
    }

    /**
     * A poll once a minute.
     *
     * @param endpoint the first page, and how to get it: headers, token, TLS, limit of time
     * @param format of a page
     * @param codec how records are kept
     * @param log keeps the records; of this poll alone, and not closed by it
     */
    public static <T> HttpPoll<T> of(HttpEndpoint endpoint, FileFormat<T> format, Codec<T> codec, PolledLog log) {
        Options<T> options = new Options<>(
                Poller.Pace.every(DEFAULT_INTERVAL), DEFAULT_MAX_BODY, DEFAULT_MAX_PAGES, NextLink::of, false, null);
        return new HttpPoll<>(endpoint, format, codec, log, options);
    }

    /** The same with another time between two polls. Default: {@link #DEFAULT_INTERVAL}. */
    public HttpPoll<T> every(Duration interval) {
        Poller.Pace pace = options.pace;
        return with(new Poller.Pace(interval, pace.firstPause(), pace.longestPause()));
    }

    /**
     * The same with other pauses after errors.
     *
     * @param first the pause after an error, which doubles with each in a row. Default: {@link
     *     Poller.Pace#DEFAULT_FIRST_PAUSE}
     * @param longest how long it may become. Default: {@link Poller.Pace#DEFAULT_LONGEST_PAUSE}
     */
    public HttpPoll<T> withPauses(Duration first, Duration longest) {
        return with(new Poller.Pace(options.pace.interval(), first, longest));
    }

    private HttpPoll<T> with(Poller.Pace pace) {
        Options<T> o = options;
        return with(new Options<>(pace, o.maxBody, o.maxPages, o.nextPage, o.isFeed, o.lastRecord));
    }

    /**
     * The same with another bound on a page, as it comes and uncompressed.
     *
     * @param bytes from 1 to {@link FileLog#LARGEST_BATCH}. Default: {@link #DEFAULT_MAX_BODY}
     */
    public HttpPoll<T> withMaxBody(int bytes) {
        if (bytes < 1 || bytes > FileLog.LARGEST_BATCH) {
            throw new IllegalArgumentException(
                    "maxBody: " + bytes + " (expected: from 1 to " + FileLog.LARGEST_BATCH + ")");
        }
        Options<T> o = options;
        return with(new Options<>(o.pace, bytes, o.maxPages, o.nextPage, o.isFeed, o.lastRecord));
    }

    /**
     * The same with another bound on the pages of a poll; behind it the poll is an error.
     *
     * @param pages at least 1. Default: {@link #DEFAULT_MAX_PAGES}
     */
    public HttpPoll<T> withMaxPages(int pages) {
        if (pages < 1) {
            throw new IllegalArgumentException("maxPages: " + pages + " (expected: at least 1)");
        }
        Options<T> o = options;
        return with(new Options<>(o.pace, o.maxBody, pages, o.nextPage, o.isFeed, o.lastRecord));
    }

    /**
     * The same with another way to the next page of a poll. Default: the {@code Link} header with {@code rel="next"}.
     *
     * @param nextPage its address, of the same scheme, host and port; empty, or the page itself, at the end
     */
    public HttpPoll<T> nextPageBy(Fn<HttpPage, Optional<URI>> nextPage) {
        Options<T> o = options;
        return with(new Options<>(o.pace, o.maxBody, o.maxPages, nextPage, false, o.lastRecord));
    }

    /**
     * The same for a service that is read like a log, by offsets or by cursors that it hands out: each page tells the address of
     * what comes after it, now or later, and the next poll goes on there instead of beginning anew. It is asked at once as long
     * as pages have records, and then at the interval.
     *
     * @param nextPage its address, of the same scheme, host and port; the page itself, or empty, if nothing of it is to be left
     *     behind
     */
    public HttpPoll<T> followedBy(Fn<HttpPage, Optional<URI>> nextPage) {
        Options<T> o = options;
        return with(new Options<>(o.pace, o.maxBody, o.maxPages, nextPage, true, o.lastRecord));
    }

    /**
     * The same, asking for what is new: each poll but the first tells the service, by a parameter of the query, which record
     * was the last of all that were kept.
     *
     * @param parameter its name; in place of one that the first address may have
     * @param value what is told of the last record, such as its time or its number; encoded as it must be
     */
    public HttpPoll<T> askingAfter(String parameter, Fn<? super T, String> value) {
        Options<T> o = options;
        return with(
                new Options<>(o.pace, o.maxBody, o.maxPages, o.nextPage, o.isFeed, LastRecord.by(parameter, value)));
    }

    private HttpPoll<T> with(Options<T> changed) {
        if (changed.isFeed && changed.lastRecord != null) {
            throw new IllegalArgumentException(
                    "askingAfter: with followedBy (expected: one of them, as both tell where to" + " go on)");
        }
        return new HttpPoll<>(endpoint, format, codec, log, changed);
    }

    /** The records that were fetched, in the order in which they were kept. */
    public ReadableSource<T> source() {
        return log.source(codec);
    }

    /**
     * Begins to poll, at once.
     *
     * @throws IllegalStateException if the log is that of another source
     */
    public Poller start() {
        PollCursor.decode(log.cursor());
        return Poller.start(source().name(), log, new HttpQuestion<>(this), options.pace);
    }

    /** Where it asks: scheme, host and port. */
    @Override
    public String toString() {
        return "HttpPoll " + endpoint;
    }
}
