package io.datastream.httpclient;

import io.datastream.secret.SecretSource;
import io.datastream.secret.Tls;
import io.datastream.sink.SinkException;
import java.io.Serializable;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * An address that sinks send to over HTTP, or sources ask, and how: headers, secrets, TLS, limits of time. For those who write
 * sinks or sources; users of one meet it as an option of it.
 *
 * <p>Secrets are looked up for each request. {@link #toString()} and messages of errors tell host and port, and neither
 * secrets nor the path, which is a secret itself at some services. Over {@code http://} all of it travels as it is, so use
 * {@code https://} where others can listen. Redirects are not followed, as they could lead secrets elsewhere.
 *
 * <p>Immutable: each method gives a changed copy. It can be shipped to another JVM unless it was made with an
 * {@link SSLContext}.
 */
public final class HttpEndpoint implements Serializable {
    private static final long serialVersionUID = 1L;

    /** How long a connection and an answer may take each, unless {@link #withTimeout} says otherwise: 30 s. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

    /** Set by the client itself, or by options of their own. */
    private static final Set<String> RESERVED = Set.of(
            "authorization",
            "connection",
            "content-encoding",
            "content-length",
            "expect",
            "host",
            "transfer-encoding",
            "upgrade");

    private final String url;
    private final List<Header> headers;
    private final @Nullable Tls tls;
    private final boolean hasContext;
    private final transient @Nullable SSLContext context;
    private final Duration timeout;
    private final boolean gzip;

    /** A header; what stands before the secret is not one. */
    private record Header(
            String name,
            String value,
            @Nullable SecretSource secret,
            @Nullable String user) implements Serializable {}

    private HttpEndpoint(
            String url,
            List<Header> headers,
            @Nullable Tls tls,
            boolean hasContext,
            @Nullable SSLContext context,
            Duration timeout,
            boolean gzip) {
        this.url = url;
        this.headers = headers;
        this.tls = tls;
        this.hasContext = hasContext;
        this.context = context;
        this.timeout = timeout;
        this.gzip = gzip;
    }

    /**
     * What is at a URL.
     *
     * @param url {@code http} or {@code https}, with a host, without a user or a fragment
     */
    public static HttpEndpoint of(String url) {
        return new HttpEndpoint(
                HttpRules.address(url, "http").toString(), List.of(), null, false, null, DEFAULT_TIMEOUT, false);
    }

    /** The same at another URL. */
    public HttpEndpoint at(String newUrl) {
        return new HttpEndpoint(
                HttpRules.address(newUrl, "http").toString(), headers, tls, hasContext, context, timeout, gzip);
    }

    /**
     * Sends a header with each request.
     *
     * @param value visible characters of ASCII, blanks and tabs
     */
    public HttpEndpoint withHeader(String name, String value) {
        String problem = HttpRules.problemWith(value);
        if (problem != null) {
            throw new IllegalArgumentException("header " + checkedName(name) + ": " + problem);
        }
        return with(new Header(checkedName(name), value, null, null));
    }

    /** Sends a header whose value is a secret, such as {@code X-Api-Key}. */
    public HttpEndpoint withSecretHeader(String name, SecretSource secret) {
        return with(new Header(checkedName(name), "", secret, null));
    }

    /** Shows a token: {@code Authorization: Bearer ...}. */
    public HttpEndpoint withToken(SecretSource token) {
        return withToken("Bearer", token);
    }

    /** Shows a token behind this word in the header {@code Authorization}. */
    public HttpEndpoint withToken(String scheme, SecretSource token) {
        return with(new Header("Authorization", checkedName(scheme) + " ", token, null));
    }

    /** Shows a user's name and password (basic authentication). */
    public HttpEndpoint withUser(String name, SecretSource password) {
        if (name.indexOf(':') >= 0) {
            throw new IllegalArgumentException("user: " + name + " (expected: no colon, which ends the name)");
        }
        return with(new Header("Authorization", "Basic ", password, name));
    }

    private static String checkedName(String name) {
        return HttpRules.headerName(name, RESERVED::contains);
    }

    private HttpEndpoint with(Header header) {
        List<Header> more = new ArrayList<>(headers);
        more.removeIf(known -> known.name().equalsIgnoreCase(header.name()));
        more.add(header);
        return new HttpEndpoint(url, List.copyOf(more), tls, hasContext, context, timeout, gzip);
    }

    /** Trusts, and shows, what is in files. Default: the authorities that the JDK trusts. */
    public HttpEndpoint withTls(Tls newTls) {
        return new HttpEndpoint(url, headers, HttpRules.tls(newTls), false, null, timeout, gzip);
    }

    /** Makes connections with this context, in this JVM only. */
    public HttpEndpoint withTls(SSLContext newContext) {
        return new HttpEndpoint(url, headers, null, true, newContext, timeout, gzip);
    }

    /** Sets how long a connection and an answer may take each: from 10 ms to a day. */
    public HttpEndpoint withTimeout(Duration newTimeout) {
        if (newTimeout.compareTo(Duration.ofMillis(10)) < 0 || newTimeout.compareTo(Duration.ofDays(1)) > 0) {
            throw new IllegalArgumentException("timeout: " + newTimeout + " (expected: from 10 ms to a day)");
        }
        return new HttpEndpoint(url, headers, tls, hasContext, context, newTimeout, gzip);
    }

    /** Says whether what is sent is compressed. Default: it is not. */
    public HttpEndpoint withGzip(boolean newGzip) {
        return new HttpEndpoint(url, headers, tls, hasContext, context, timeout, newGzip);
    }

    /**
     * Opens a sender, for one thread. Nothing is sent before its first call.
     *
     * @param place what messages begin with, such as {@code measurement "means"}
     * @throws SinkException if certificates or keys cannot be read
     */
    public HttpSender open(String place) {
        return open(place, System::nanoTime);
    }

    HttpSender open(String place, LongSupplier nanoTime) {
        return new HttpSender(this, place, nanoTime);
    }

    /** The address. */
    public URI uri() {
        return URI.create(url);
    }

    /** How long a connection and an answer may take each. */
    public Duration timeout() {
        return timeout;
    }

    /** Whether an address has the same scheme, host and port, so that secrets may go there. */
    public boolean reaches(URI address) {
        return address.getRawUserInfo() == null && HttpRules.origin(address).equals(HttpRules.origin(uri()));
    }

    /**
     * A request to an address on the same host, with the headers and their secrets as of now, and the limit of time.
     *
     * @throws IllegalArgumentException if the address is elsewhere; see {@link #reaches}
     * @throws SinkException if a secret cannot be found
     */
    public HttpRequest.Builder request(URI address) {
        if (!reaches(address)) {
            throw new IllegalArgumentException("address: elsewhere (expected: one at " + this + ")");
        }
        HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(timeout);
        headers(request::setHeader);
        return request;
    }

    boolean isGzip() {
        return gzip;
    }

    /** Takes headers. */
    interface HeaderTarget {
        void header(String name, String value);
    }

    /** Gives the headers, with their secrets as of now. */
    void headers(HeaderTarget target) {
        for (Header header : headers) {
            target.header(header.name(), value(header));
        }
    }

    private static String value(Header header) {
        SecretSource source = header.secret();
        if (source == null) {
            return header.value();
        }
        String secret;
        try {
            secret = source.reveal();
        } catch (IllegalStateException e) {
            throw SinkException.fatal(String.valueOf(e.getMessage()), e);
        }
        if (header.user() != null) {
            byte[] both = (header.user() + ":" + secret).getBytes(StandardCharsets.UTF_8);
            return header.value() + Base64.getEncoder().encodeToString(both);
        }
        String problem = HttpRules.problemWith(secret);
        if (problem != null) {
            IllegalStateException error = new IllegalStateException("secret from " + source + ": " + problem);
            throw SinkException.fatal(String.valueOf(error.getMessage()), error);
        }
        return header.value() + secret;
    }

    /**
     * A client, which keeps connections open between requests and follows no redirects.
     *
     * @throws SinkException if certificates or keys cannot be read
     */
    public HttpClient client() {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeout);
        try {
            if (tls != null) {
                builder.sslContext(tls.context());
            } else if (context != null) {
                builder.sslContext(context);
            } else if (hasContext) {
                throw new IllegalStateException("TLS: the SSLContext is lost, as the sink was shipped to another JVM"
                        + " (expected: Tls, which reads files)");
            }
        } catch (IllegalStateException e) {
            throw SinkException.fatal(String.valueOf(e.getMessage()), e);
        }
        return builder.build();
    }

    /** Scheme, host and port. */
    @Override
    public String toString() {
        URI uri = uri();
        return uri.getScheme() + "://" + uri.getRawAuthority();
    }
}
