package io.datastream.alerts;

import io.datastream.alert.Notice;
import java.io.Serializable;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A JSON text with marks for parts of a notice. */
record Template(String text) implements Serializable {
    private static final Pattern MARK = Pattern.compile("\\$\\{([^}]*)\\}");
    private static final List<String> KNOWN = List.of("id", "headline", "severity", "text");

    static Template of(String text) {
        Matcher mark = MARK.matcher(text);
        while (mark.find()) {
            if (!KNOWN.contains(mark.group(1))) {
                throw new IllegalArgumentException(
                        "template: mark ${" + mark.group(1) + "} (expected: one of " + KNOWN + ")");
            }
        }
        return new Template(text);
    }

    String filledWith(Notice notice) {
        return MARK.matcher(text)
                .replaceAll(mark -> Matcher.quoteReplacement(Json.escaped(value(mark.group(1), notice))));
    }

    private static String value(String mark, Notice notice) {
        return switch (mark) {
            case "id" -> notice.id();
            case "headline" -> notice.headline();
            case "severity" -> notice.severity().name();
            default -> notice.text();
        };
    }
}
