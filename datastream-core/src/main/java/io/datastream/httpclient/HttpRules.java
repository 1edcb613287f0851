package io.datastream.httpclient;

import io.datastream.error.OneLine;
import io.datastream.secret.Tls;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What addresses, headers and TLS of a client must be. Messages of errors hold no secrets. For those who write sinks or sources. */
public final class HttpRules {
    private static final Pattern HEADER_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final int LONGEST_NAME = 200;

    private HttpRules() {}

    /**
     * The address of a URL.
     *
     * @param scheme {@code http} or {@code ws}; with an {@code s} behind it, for TLS, it is fine too
     * @throws IllegalArgumentException if it has another scheme, no host, a user or a fragment
     */
    public static URI address(String url, String scheme) {
        try {
            URI uri = new URI(url);
            boolean isKnown =
                    scheme.equalsIgnoreCase(uri.getScheme()) || (scheme + "s").equalsIgnoreCase(uri.getScheme());
            if (isKnown && uri.getHost() != null && uri.getRawUserInfo() == null && uri.getRawFragment() == null) {
                return uri;
            }
        } catch (URISyntaxException e) {
            throw badUrl(scheme); // without the cause, which has all of it
        }
        throw badUrl(scheme);
    }

    /** Without the URL, which may hold a secret. */
    private static IllegalArgumentException badUrl(String scheme) {
        return new IllegalArgumentException("url: not usable (expected: " + scheme + " or " + scheme
                + "s, a host, perhaps a port, a path and a query, and no user or fragment, such as " + scheme
                + "s://example.org:8443/path)");
    }

    /** Scheme, host and port, in small letters and with the port that is meant where none is written. */
    public static String origin(URI address) {
        String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
        int usual = scheme.equals("https") || scheme.equals("wss") ? 443 : 80;
        String host = String.valueOf(address.getHost()).toLowerCase(Locale.ROOT);
        return scheme + "://" + host + ":" + (address.getPort() < 0 ? usual : address.getPort());
    }

    /**
     * The name of a header.
     *
     * @param isReserved whether a name, in small letters, is set in another way
     * @throws IllegalArgumentException if it is that, or no token of HTTP
     */
    public static String headerName(String name, Predicate<String> isReserved) {
        if (!HEADER_NAME.matcher(name).matches() || isReserved.test(name.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("header: \"" + OneLine.of(name, LONGEST_NAME)
                    + "\" (expected: a token of HTTP that is not set in another way, such as by withToken)");
        }
        return name;
    }

    /** What is wrong with the value of a header, without the value; null for nothing. */
    public static @Nullable String problemWith(String value) {
        return value.chars().allMatch(c -> c == '\t' || (c >= ' ' && c < 127))
                ? null
                : "has line breaks or other characters (expected: visible ASCII, blanks and tabs)";
    }

    /**
     * TLS as the client of the JDK can have it.
     *
     * @throws IllegalArgumentException if the name of the host is not checked
     */
    public static Tls tls(Tls tls) {
        if (!tls.isHostNameChecked()) {
            throw new IllegalArgumentException(
                    "tls: without a check of the host name (expected: with it, as the client of the JDK knows no other"
                            + " way)");
        }
        return tls;
    }
}
