package io.datastream.influxdb;

import io.datastream.httpclient.HttpEndpoint;
import io.datastream.httpclient.HttpSender;
import io.datastream.secret.SecretSource;
import io.datastream.secret.Tls;
import java.io.Serializable;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;

/**
 * How to reach a server that takes line protocol over HTTP: InfluxDB 1, 2 or 3, or one that speaks as they do.
 *
 * <pre>{@code
 * InfluxConnection connection = InfluxConnection.v2("https://influx.example:8086", "acme", "metrics")
 *         .withToken(SecretSource.environment("INFLUX_TOKEN"));
 * }</pre>
 *
 * <p>Secrets are looked up for each request and appear in no message and no {@link #toString()}. Over {@code http://} they
 * travel as they are, so use {@code https://} where others can listen. Immutable; can be shipped to another JVM unless it was
 * made with an {@link SSLContext}.
 */
public final class InfluxConnection implements Serializable {
    private static final long serialVersionUID = 1L;

    /** How long a connection and an answer may take each, unless {@link #withTimeout} says otherwise: 30 s. */
    public static final Duration DEFAULT_TIMEOUT = HttpEndpoint.DEFAULT_TIMEOUT;

    private final Api api;
    private final String url;
    private final Map<String, String> target;
    private final HttpEndpoint endpoint;

    private InfluxConnection(Api api, String url, Map<String, String> target, HttpEndpoint endpoint) {
        this.api = api;
        this.url = url;
        this.target = target;
        this.endpoint = endpoint;
    }

    private static InfluxConnection of(Api api, String url, Map<String, String> target) {
        HttpEndpoint server = HttpEndpoint.of(url);
        if (url.indexOf('?') >= 0) {
            throw new IllegalArgumentException("url of " + server + ": has a query (expected: none)");
        }
        String base = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
        return new InfluxConnection(
                api, base, target, HttpEndpoint.of(address(api, base, target)).withGzip(true));
    }

    private static String address(Api api, String url, Map<String, String> target) {
        StringJoiner query = new StringJoiner("&", "?", "");
        target.forEach((name, value) -> query.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8)));
        query.add("precision=" + api.precision());
        return url + api.path() + query;
    }

    /** A database of InfluxDB 1. */
    public static InfluxConnection v1(String url, String database) {
        return of(Api.V1, url, target("db", named("database", database)));
    }

    /** A bucket of InfluxDB 2. */
    public static InfluxConnection v2(String url, String organization, String bucket) {
        Map<String, String> target = target("org", named("organization", organization));
        target.put("bucket", named("bucket", bucket));
        return of(Api.V2, url, target);
    }

    /** A database of InfluxDB 3. */
    public static InfluxConnection v3(String url, String database) {
        return of(Api.V3, url, target("db", named("database", database)));
    }

    private static Map<String, String> target(String name, String value) {
        Map<String, String> target = new LinkedHashMap<>();
        target.put(name, value);
        return target;
    }

    private static String named(String what, String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException(what + ": \"" + name + "\" (expected: a name)");
        }
        return name;
    }

    /** Writes into this retention policy of an InfluxDB 1, instead of the database's default one.  */
    public InfluxConnection withRetentionPolicy(String policy) {
        if (api != Api.V1) {
            throw new IllegalStateException("retention policy: " + policy + " (expected: a database of InfluxDB 1)");
        }
        Map<String, String> more = new LinkedHashMap<>(target);
        more.put("rp", named("retention policy", policy));
        return new InfluxConnection(api, url, more, endpoint.at(address(api, url, more)));
    }

    private InfluxConnection with(UnaryOperator<HttpEndpoint> change) {
        return new InfluxConnection(api, url, target, change.apply(endpoint));
    }

    /** Shows a token, as InfluxDB 2 and 3 ask for. */
    public InfluxConnection withToken(SecretSource token) {
        return with(known -> known.withToken(api.scheme(), token));
    }

    /** Shows a user's name and password, as InfluxDB 1 asks for (basic authentication). */
    public InfluxConnection withUser(String name, SecretSource password) {
        return with(known -> known.withUser(name, password));
    }

    /** Trusts, and shows, what is in files. Default: the authorities that the JDK trusts. */
    public InfluxConnection withTls(Tls tls) {
        return with(known -> known.withTls(tls));
    }

    /** Makes connections with this context, in this JVM only. */
    public InfluxConnection withTls(SSLContext context) {
        return with(known -> known.withTls(context));
    }

    /** Sets how long a connection and an answer may take each: from 10 ms to a day. */
    public InfluxConnection withTimeout(Duration timeout) {
        return with(known -> known.withTimeout(timeout));
    }

    /** Sends lines as they are, not compressed: for a server nearby, to save its and our computing. */
    public InfluxConnection withoutGzip() {
        return with(known -> known.withGzip(false));
    }

    HttpSender open(String place) {
        return endpoint.open(place);
    }

    /** Where it is, without secrets. */
    @Override
    public String toString() {
        return endpoint + " " + target;
    }
}
