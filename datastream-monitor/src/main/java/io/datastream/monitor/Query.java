package io.datastream.monitor;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The fields of a form, or of an address after its question mark. Of a field that is given twice the first counts. */
final class Query {
    private final Map<String, String> fields = new HashMap<>();

    Query(@Nullable String text) {
        if (text == null) {
            return;
        }
        for (String pair : text.split("&")) {
            int at = pair.indexOf('=');
            if (at > 0) {
                fields.putIfAbsent(pair.substring(0, at), decoded(pair.substring(at + 1)));
            }
        }
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return ""; // a broken escape
        }
    }

    /** A field; empty if it is missing. */
    String get(String name) {
        return fields.getOrDefault(name, "");
    }

    /** A number of at least 0, or the default where there is none, and never more than the limit. */
    long number(String name, long byDefault, long limit) {
        String text = get(name);
        return text.matches("\\d{1,15}") ? Math.min(limit, Long.parseLong(text)) : byDefault;
    }
}
