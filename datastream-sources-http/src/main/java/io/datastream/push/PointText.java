package io.datastream.push;

import io.datastream.codec.CodecException;
import io.datastream.time.EventTime;
import java.util.Map;

/** Writes points as lines, with what the protocol gives a meaning escaped. */
final class PointText {
    private PointText() {}

    static String of(Point point) {
        StringBuilder line = new StringBuilder();
        escape(line, point.measurement(), ", ");
        if (line.charAt(0) == '#') {
            line.insert(0, '\\'); // else the line were a comment
        }
        for (Map.Entry<String, String> tag : point.tags().entrySet()) {
            escape(line.append(','), tag.getKey(), ",= ");
            escape(line.append('='), tag.getValue(), ",= ");
        }
        char separator = ' ';
        for (Map.Entry<String, Object> field : point.fields().entrySet()) {
            escape(line.append(separator), field.getKey(), ",= ");
            value(line.append('='), field.getValue());
            separator = ',';
        }
        try {
            return line.append(' ').append(EventTime.nanos(point.time())).toString();
        } catch (IllegalArgumentException e) {
            throw new CodecException(String.valueOf(e.getMessage()), e);
        }
    }

    private static void escape(StringBuilder line, String text, String special) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' || special.indexOf(c) >= 0) {
                line.append('\\');
            }
            line.append(c);
        }
    }

    private static void value(StringBuilder line, Object value) {
        if (value instanceof String text) {
            line.append('"');
            escape(line, text, "\"");
            line.append('"');
        } else {
            line.append(value).append(value instanceof Long ? "i" : "");
        }
    }
}
