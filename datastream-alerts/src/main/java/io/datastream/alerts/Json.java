package io.datastream.alerts;

import io.datastream.alert.Alert;
import io.datastream.alert.AlertText;
import io.datastream.alert.Notice;
import java.util.stream.Collectors;

/** Notices as JSON. Whatever is in a text, it stays inside its quotes. */
final class Json {
    private Json() {}

    /** What stands between the quotes of a string. */
    static String escaped(String text) {
        String quoted = AlertText.json(text);
        return quoted.substring(1, quoted.length() - 1);
    }

    /** All that a notice and its alerts are. */
    static String of(Notice notice) {
        return "{\"id\":" + AlertText.json(notice.id())
                + ",\"headline\":" + AlertText.json(notice.headline())
                + ",\"severity\":" + AlertText.json(notice.severity().name())
                + ",\"text\":" + AlertText.json(notice.text())
                + ",\"alerts\":" + notice.alerts().stream().map(Alert::json).collect(Collectors.joining(",", "[", "]"))
                + "}";
    }
}
