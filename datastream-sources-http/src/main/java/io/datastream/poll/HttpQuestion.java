package io.datastream.poll;

import io.datastream.codec.CodecException;
import io.datastream.codec.FileFormat.RecordReader;
import io.datastream.error.OneLine;
import io.datastream.httpclient.RetryAfter;
import io.datastream.log.PolledRecord;
import io.datastream.log.Poller;
import io.datastream.log.RetryAfterException;
import io.datastream.source.GzipInput;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks for one page. */
final class HttpQuestion<T> implements Poller.Question {
    private static final Logger LOG = LoggerFactory.getLogger(HttpQuestion.class);
    private static final int OK = 200;
    private static final int NO_CONTENT = 204;
    private static final int NOT_MODIFIED = 304;

    /** Of a page that there is no more, such as one whose address was of use for some time only. */
    private static final Set<Integer> GONE = Set.of(400, 404, 410);

    private static final int LONGEST_TAG = 1_000;
    private static final int LONGEST_ADDRESS = 8_000;

    private final HttpPoll<T> poll;
    private @Nullable HttpClient client;

    HttpQuestion(HttpPoll<T> poll) {
        this.poll = poll;
    }

    /** A page, with its records as they are kept. */
    private record Parsed(
            List<PolledRecord> records, @Nullable String last) {}

    @Override
    public Poller.Answer ask(byte @Nullable [] bytes) throws Exception {
        PollCursor cursor = PollCursor.decode(bytes);
        if (cursor.page() != null && !poll.endpoint.reaches(cursor.page())) {
            cursor = cursor.ended(); // it was another service before
        }
        String place = poll.endpoint + ": page " + (cursor.pages() + 1);
        if (!poll.options.isFeed() && cursor.pages() >= poll.options.maxPages()) {
            throw new IOException(
                    place + " of a poll (expected: at most " + poll.options.maxPages() + " pages; see withMaxPages)");
        }
        URI uri = address(cursor);
        HttpResponse<byte[]> response = send(place, request(uri, cursor));
        int status = response.statusCode();
        if (status == NOT_MODIFIED || status == NO_CONTENT) {
            return new Poller.Answer(List.of(), (poll.options.isFeed() ? cursor : cursor.ended()).encode(), false);
        }
        if (GONE.contains(status) && cursor.page() != null && !poll.options.isFeed()) {
            LOG.warn("poll {}: status {}; there is no such page any more, so the poll begins anew", place, status);
            return new Poller.Answer(List.of(), cursor.ended().encode(), false);
        }
        if (status != OK) {
            throw refused(place, response);
        }
        byte[] body = body(place, response);
        Parsed parsed = parse(place, body);
        HttpPage page =
                new HttpPage(uri, response.headers(), body, parsed.records().size());
        URI next = next(place, page);
        boolean isMore = next != null && (!poll.options.isFeed() || page.records() > 0);
        PollCursor after = new PollCursor(
                next == null && poll.options.isFeed() ? uri : next,
                next == null && !poll.options.isFeed() ? 0 : cursor.pages() + 1,
                uri,
                tag(response, "ETag"),
                tag(response, "Last-Modified"),
                parsed.last() == null ? cursor.last() : parsed.last());
        return new Poller.Answer(parsed.records(), after.encode(), isMore);
    }

    private URI address(PollCursor cursor) {
        URI first = poll.endpoint.uri();
        LastRecord<T> lastRecord = poll.options.lastRecord();
        if (cursor.page() != null) {
            return cursor.page();
        }
        return lastRecord == null || cursor.last() == null ? first : lastRecord.in(first, cursor.last());
    }

    private HttpRequest request(URI uri, PollCursor cursor) {
        HttpRequest.Builder request = poll.endpoint.request(uri).setHeader("Accept-Encoding", "gzip");
        if (uri.equals(cursor.asked())) {
            if (cursor.tag() != null) {
                request.setHeader("If-None-Match", cursor.tag());
            }
            if (cursor.modified() != null) {
                request.setHeader("If-Modified-Since", cursor.modified());
            }
        }
        return request.build();
    }

    /** What a later request can show; null where there is nothing of use. */
    private static @Nullable String tag(HttpResponse<?> response, String name) {
        String value = response.headers().firstValue(name).orElse("");
        boolean fine = !value.isEmpty()
                && value.length() <= LONGEST_TAG
                && value.chars().allMatch(c -> c >= ' ' && c < 127);
        return fine ? value : null;
    }

    /** The whole answer; a body is read in the time and up to the size that are allowed. */
    private HttpResponse<byte[]> send(String place, HttpRequest request) throws Exception {
        HttpClient open = client;
        if (open == null) {
            open = poll.endpoint.client();
            client = open;
        }
        CompletableFuture<HttpResponse<byte[]>> answer =
                open.sendAsync(request, info -> new BoundedBody(poll.options.maxBody()));
        // the client's own limit ends when the headers are there
        Duration limit = poll.endpoint.timeout().multipliedBy(2);
        try {
            return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new IOException(place + ": no whole answer within " + limit + " (expected: one; see withTimeout)", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            String why = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
            throw new IOException(place + ": " + why, cause);
        } catch (InterruptedException e) {
            answer.cancel(true);
            throw e;
        }
    }

    private static Exception refused(String place, HttpResponse<?> response) {
        String message = place + ": status " + response.statusCode() + " (expected: 200, 204 or 304)";
        Optional<Duration> pause = RetryAfter.in(response.headers(), Instant.now());
        return pause.isEmpty() ? new IOException(message) : new RetryAfterException(message, pause.get());
    }

    private byte[] body(String place, HttpResponse<byte[]> response) throws IOException {
        String encoding = response.headers().firstValue("Content-Encoding").orElse("identity");
        if (encoding.equalsIgnoreCase("identity")) {
            return response.body();
        }
        if (!encoding.equalsIgnoreCase("gzip")) {
            throw new IOException(
                    place + ": Content-Encoding: " + OneLine.of(encoding, 40) + " (expected: gzip or none)");
        }
        int most = poll.options.maxBody();
        try (InputStream in = new GzipInput(new ByteArrayInputStream(response.body()))) {
            byte[] all = in.readNBytes(most);
            if (in.read() >= 0) {
                throw BoundedBody.tooLarge(most);
            }
            return all;
        } catch (IOException e) {
            throw new IOException(place + ": " + e.getMessage(), e);
        }
    }

    private Parsed parse(String place, byte[] body) throws Exception {
        List<PolledRecord> records = new ArrayList<>();
        T last = null;
        try (RecordReader<T> reader = poll.format.reader(place, new ByteArrayInputStream(body))) {
            boolean isMore = true;
            while (isMore) {
                try {
                    T value = reader.read();
                    isMore = value != null;
                    if (value != null) {
                        records.add(PolledRecord.of(poll.codec.encode(value)));
                        last = value;
                    }
                } catch (CodecException e) {
                    byte[] raw = reader.raw();
                    records.add(PolledRecord.malformed(raw == null ? new byte[0] : raw, place + ": " + e.getMessage()));
                }
            }
        } catch (CodecException | IOException e) {
            throw new IOException(place + ": " + e.getMessage(), e);
        }
        LastRecord<T> lastRecord = poll.options.lastRecord();
        return new Parsed(records, lastRecord == null || last == null ? null : lastRecord.of(last));
    }

    /** The next page; null if there is none, or only this one again. */
    private @Nullable URI next(String place, HttpPage page) throws IOException {
        URI next;
        try {
            next = poll.options.nextPage().apply(page).orElse(null);
        } catch (Exception e) {
            throw new IOException(place + ": its next page: " + OneLine.of(String.valueOf(e.getMessage()), 200), e);
        }
        if (next == null || next.equals(page.uri())) {
            return null;
        }
        if (!poll.endpoint.reaches(next) || next.toString().length() > LONGEST_ADDRESS) {
            throw new IOException(place + ": its next page: "
                    + OneLine.of(next.getScheme() + "://" + next.getRawAuthority(), 200) + ", "
                    + next.toString().length() + " characters (expected: an address at " + poll.endpoint
                    + ", of at most "
                    + LONGEST_ADDRESS + ")");
        }
        return next;
    }
}
