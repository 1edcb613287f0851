package io.datastream.alerts;

import io.datastream.alert.Alert;
import io.datastream.alert.Notice;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Notices as JSON. Whatever is in a text, it stays inside its quotes. */
final class Json {
    private Json() {}

    /** A string in quotes, of ASCII alone. */
    static String quoted(@Nullable String text) {
        return text == null ? "null" : "\"" + escaped(text) + "\"";
    }

    /** What stands between the quotes of a string. */
    static String escaped(String text) {
        StringBuilder out = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                default -> {
                    if (c < ' ' || c > '~') {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        return out.toString();
    }

    /** All that a notice and its alerts are. */
    static String of(Notice notice) {
        return "{\"id\":" + quoted(notice.id())
                + ",\"headline\":" + quoted(notice.headline())
                + ",\"severity\":" + quoted(notice.severity().name())
                + ",\"text\":" + quoted(notice.text())
                + ",\"alerts\":" + notice.alerts().stream().map(Json::of).collect(Collectors.joining(",", "[", "]"))
                + "}";
    }

    private static String of(Alert alert) {
        return "{\"id\":" + quoted(alert.id())
                + ",\"episode\":" + quoted(alert.episode())
                + ",\"number\":" + alert.number()
                + ",\"rule\":" + quoted(alert.rule())
                + ",\"pipeline\":" + quoted(alert.pipeline())
                + ",\"series\":" + quoted(alert.series())
                + ",\"severity\":" + quoted(alert.severity().name())
                + ",\"state\":" + quoted(alert.state().name())
                + ",\"since\":" + quoted(alert.since().toString())
                + ",\"at\":" + quoted(alert.at().toString())
                + ",\"value\":" + number(alert.value())
                + ",\"limit\":" + number(alert.limit())
                + ",\"what\":" + quoted(alert.what())
                + ",\"why\":" + quoted(alert.why())
                + ",\"whereToLook\":" + quoted(alert.whereToLook())
                + "}";
    }

    /** A number; one that JSON does not have, such as infinity, as a string. */
    private static String number(@Nullable Double number) {
        if (number == null) {
            return "null";
        }
        return Double.isInfinite(number) ? quoted(number.toString()) : number.toString();
    }
}
