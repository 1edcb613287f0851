package io.datastream.feed;

import io.datastream.httpclient.HttpRules;
import io.datastream.secret.SecretSource;
import io.datastream.secret.Tls;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Where a server is, and how it is connected to. Immutable: each method gives a changed copy. */
final class FeedOptions {
    static final Duration DEFAULT_CONNECT_TIME = Duration.ofSeconds(10);
    static final Duration DEFAULT_FIRST_PAUSE = Duration.ofMillis(200);
    static final Duration DEFAULT_LONGEST_PAUSE = Duration.ofSeconds(30);
    static final int DEFAULT_MAX_EVENT = 1 << 20;

    private static final int LARGEST_EVENT = 1 << 27;

    /** Set by the client itself. */
    private static final Set<String> RESERVED = Set.of(
            "accept",
            "connection",
            "content-length",
            "expect",
            "host",
            "last-event-id",
            "transfer-encoding",
            "upgrade");

    private static final String WEB_SOCKET_HEADERS = "sec-websocket-";

    /** A header of each request; what stands before the secret is not one. */
    private record Header(String name, String before, SecretSource value) {}

    final URI uri;

    // of a copy, before it is handed out
    private List<Header> headers = List.of();
    private @Nullable Tls tls;
    Duration connectTime = DEFAULT_CONNECT_TIME;
    Duration idleTime;
    Duration firstPause = DEFAULT_FIRST_PAUSE;
    Duration longestPause = DEFAULT_LONGEST_PAUSE;
    int maxEvent = DEFAULT_MAX_EVENT;

    private FeedOptions(URI uri, Duration idleTime) {
        this.uri = uri;
        this.idleTime = idleTime;
    }

    static FeedOptions at(String url, String scheme, Duration idleTime) {
        return new FeedOptions(HttpRules.address(url, scheme), idleTime);
    }

    boolean isSecure() {
        return origin().startsWith("https:") || origin().startsWith("wss:");
    }

    /** Scheme, host and port: all of the address that is shown, since the rest may hold secrets. */
    String origin() {
        return HttpRules.origin(uri);
    }

    FeedOptions withHeader(String name, String before, SecretSource value) {
        String checked =
                HttpRules.headerName(name, lower -> RESERVED.contains(lower) || lower.startsWith(WEB_SOCKET_HEADERS));
        List<Header> more = new ArrayList<>(headers);
        more.removeIf(known -> known.name().equalsIgnoreCase(name));
        more.add(new Header(checked, before, value));
        FeedOptions copy = copy();
        copy.headers = List.copyOf(more);
        return copy;
    }

    FeedOptions withPlainHeader(String name, String value) {
        String problem = HttpRules.problemWith(value);
        if (problem != null) {
            throw new IllegalArgumentException("header " + KeptDecoder.shown(name) + ": " + problem);
        }
        return withHeader(name, "", SecretSource.of(value));
    }

    FeedOptions withToken(SecretSource token) {
        return withHeader("Authorization", "Bearer ", token);
    }

    FeedOptions withTls(Tls newTls) {
        if (!isSecure()) {
            throw new IllegalArgumentException("tls: " + newTls + " (expected: for an address that is reached by TLS)");
        }
        FeedOptions copy = copy();
        copy.tls = HttpRules.tls(newTls);
        return copy;
    }

    FeedOptions withConnectTime(Duration limit) {
        FeedOptions copy = copy();
        copy.connectTime = within("connectTime", limit, Duration.ofMillis(1), Duration.ofHours(1));
        return copy;
    }

    FeedOptions withIdleTime(Duration limit) {
        FeedOptions copy = copy();
        copy.idleTime = within("idleTime", limit, Duration.ofMillis(100), Duration.ofDays(1));
        return copy;
    }

    FeedOptions withPauses(Duration first, Duration longest) {
        FeedOptions copy = copy();
        copy.firstPause = within("first", first, Duration.ofMillis(1), Duration.ofHours(1));
        copy.longestPause = within("longest", longest, first, Duration.ofHours(1));
        return copy;
    }

    FeedOptions withMaxEvent(int bytes) {
        if (bytes < 1 || bytes > LARGEST_EVENT) {
            throw new IllegalArgumentException(
                    "maxEvent: " + bytes + " (expected: from 1 to " + LARGEST_EVENT + " bytes)");
        }
        FeedOptions copy = copy();
        copy.maxEvent = bytes;
        return copy;
    }

    private static Duration within(String name, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: from " + least + " to " + most + ")");
        }
        return value;
    }

    private FeedOptions copy() {
        FeedOptions copy = new FeedOptions(uri, idleTime);
        copy.headers = headers;
        copy.tls = tls;
        copy.connectTime = connectTime;
        copy.firstPause = firstPause;
        copy.longestPause = longestPause;
        copy.maxEvent = maxEvent;
        return copy;
    }

    /** Gives the headers, with their secrets as of now. */
    void headers(BiConsumer<String, String> target) throws RefusedException {
        for (Header header : headers) {
            String value;
            try {
                value = header.value().reveal();
            } catch (IllegalStateException e) {
                throw new RefusedException(String.valueOf(e.getMessage()), e);
            }
            String problem = HttpRules.problemWith(value);
            if (problem != null) {
                throw new RefusedException("secret from " + header.value() + ": " + problem, null);
            }
            target.accept(header.name(), header.before() + value);
        }
    }

    /** A client for one connection, so that certificates are read anew each time. It follows no redirects. */
    HttpClient client() throws RefusedException {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(connectTime);
        if (tls != null) {
            try {
                builder.sslContext(tls.context());
            } catch (IllegalStateException e) {
                throw new RefusedException(String.valueOf(e.getMessage()), e);
            }
        }
        return builder.build();
    }
}
