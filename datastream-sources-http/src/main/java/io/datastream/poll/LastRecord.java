package io.datastream.poll;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.datastream.function.Fn;
import java.net.URI;
import java.net.URLEncoder;

/**
 * Tells the service by a parameter of the query which record was the last.
 *
 * @param parameter its name, encoded
 */
record LastRecord<T>(String parameter, Fn<? super T, String> value) {
    static <T> LastRecord<T> by(String parameter, Fn<? super T, String> value) {
        if (parameter.isEmpty()) {
            throw new IllegalArgumentException("parameter: \"\" (expected: a name)");
        }
        return new LastRecord<>(encoded(parameter), value);
    }

    String of(T record) throws Exception {
        String last = value.apply(record);
        if (last == null) {
            throw new IllegalArgumentException("last record: null for " + parameter + " (expected: a text)");
        }
        return last;
    }

    /** The address with the parameter in place of what it was there. */
    URI in(URI first, String last) {
        StringBuilder query = new StringBuilder();
        if (first.getRawQuery() != null) {
            for (String each : first.getRawQuery().split("&", -1)) {
                if (!each.isEmpty() && !each.equals(parameter) && !each.startsWith(parameter + "=")) {
                    query.append(each).append('&');
                }
            }
        }
        query.append(parameter).append('=').append(encoded(last));
        String path = first.getRawPath() == null ? "" : first.getRawPath();
        return URI.create(first.getScheme() + "://" + first.getRawAuthority() + path + "?" + query);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8);
    }
}
