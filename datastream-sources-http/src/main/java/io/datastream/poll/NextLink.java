package io.datastream.poll;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the next page in a {@code Link} header (RFC 8288), as in {@code <https://.../items?page=2>; rel="next"}. */
final class NextLink {
    private static final Pattern TARGET = Pattern.compile("<([^>]*)>");

    /** A parameter behind a target: its name, and its value with or without quotation marks. */
    private static final Pattern PARAMETER =
            Pattern.compile("\\s*;\\s*([^;,=\\s\"]+)\\s*(?:=\\s*(?:\"([^\"]*+)\"|([^\";,\\s]*+)))?");

    private NextLink() {}

    static Optional<URI> of(HttpPage page) {
        for (String header : page.headers().allValues("Link")) {
            Matcher target = TARGET.matcher(header);
            Matcher parameter = PARAMETER.matcher(header);
            int at = 0;
            while (target.find(at)) {
                at = target.end();
                boolean isNext = false;
                while (parameter.region(at, header.length()).lookingAt()) {
                    at = parameter.end();
                    isNext |= isNext(parameter);
                }
                if (isNext) {
                    return Optional.of(page.resolve(target.group(1)));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isNext(Matcher parameter) {
        String value = parameter.group(2) == null ? parameter.group(3) : parameter.group(2);
        if (value == null || !parameter.group(1).equalsIgnoreCase("rel")) {
            return false;
        }
        for (String relation : value.toLowerCase(Locale.ROOT).split("\\s+", -1)) {
            if (relation.equals("next")) {
                return true;
            }
        }
        return false;
    }
}
