package io.datastream.formats.csv;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.NumberOutput;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import io.datastream.codec.CodecException;
import io.datastream.error.Masking;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns values into lines. Used by one thread. */
final class CsvEncoder<T> {
    private final Class<T> type;
    private final ObjectWriter writer;
    private final List<String> columns;
    private final Map<String, Integer> places = new HashMap<>();
    private final CsvOptions options;
    private final @Nullable String[] cells;

    CsvEncoder(Class<T> type, ObjectWriter writer, List<String> columns, CsvOptions options) {
        this.type = type;
        this.writer = writer;
        this.columns = columns;
        this.options = options;
        this.cells = new String[columns.size()];
        for (int i = 0; i < columns.size(); i++) {
            places.put(columns.get(i), i);
        }
    }

    /** The line of column names. */
    byte[] header() {
        for (int i = 0; i < cells.length; i++) {
            cells[i] = text(columns.get(i));
        }
        return line(options.marks().lineEnd().text());
    }

    /**
     * The line of a value.
     *
     * @param end what follows it
     * @throws CodecException if it cannot be written
     */
    byte[] encode(@Nullable T value, String end) {
        if (value == null) {
            throw new CodecException("value: null (expected: a " + type.getSimpleName() + ")");
        }
        Arrays.fill(cells, null);
        try (TokenBuffer tokens = new TokenBuffer(null, false)) {
            writer.writeValue(tokens, value);
            try (JsonParser parser = tokens.asParser()) {
                collect(parser);
            }
        } catch (CodecException e) {
            throw Masking.masked(e, type);
        } catch (IOException | RuntimeException e) {
            throw Masking.masked(CsvProblems.writing(e, type), type);
        }
        return line(end);
    }

    private void collect(JsonParser parser) throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new CodecException(type.getSimpleName() + ": no columns (expected: a type with properties)");
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            Integer place = places.get(name);
            if (place == null) {
                parser.skipChildren();
                continue;
            }
            if (token.isStructStart()) {
                throw new CodecException("column \"" + name + "\": "
                        + (token == JsonToken.START_ARRAY ? "a list" : "an object") + " (expected: a single value)");
            }
            cells[place] = cell(parser, token);
        }
        for (int i = 0; i < cells.length; i++) {
            if (cells[i] == null) {
                throw new CodecException("column \"" + columns.get(i) + "\": not there (expected: a property of "
                        + type.getSimpleName() + ")");
            }
        }
    }

    private String cell(JsonParser parser, JsonToken token) throws IOException {
        if (token == JsonToken.VALUE_NULL) {
            return options.nullText();
        }
        if (token == JsonToken.VALUE_NUMBER_FLOAT) {
            // the shortest text that gives the same number, on every JDK
            Number number = parser.getNumberValue();
            if (number instanceof Double wide) {
                return NumberOutput.toString(wide, true);
            }
            if (number instanceof Float narrow) {
                return NumberOutput.toString(narrow, true);
            }
        }
        return token == JsonToken.VALUE_STRING ? text(parser.getText()) : parser.getText();
    }

    /** A text as a cell: in quotes if it would be read as something else without them. */
    private String text(String text) {
        if (!needsQuotes(text)) {
            return text;
        }
        String quote = String.valueOf(options.quote());
        if (!options.marks().hasEscape()) {
            return quote + text.replace(quote, quote + quote) + quote;
        }
        String escape = String.valueOf(options.marks().escape());
        return quote + text.replace(escape, escape + escape).replace(quote, escape + quote) + quote;
    }

    private boolean needsQuotes(String text) {
        if (text.isEmpty() || text.equals(options.nullText())) {
            return true; // else it were null
        }
        char first = text.charAt(0);
        CsvMarks marks = options.marks();
        if (marks.hasComment() && first == marks.comment()) {
            return true;
        }
        if (first <= ' ' || first == '\ufeff' || text.charAt(text.length() - 1) <= ' ') {
            return true;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean mark = c == marks.delimiter() || c == marks.quote() || marks.hasEscape() && c == marks.escape();
            if (mark || c == '\n' || c == '\r') {
                return true;
            }
        }
        return false;
    }

    private byte[] line(String end) {
        String line = String.join(String.valueOf(options.delimiter()), cells) + end;
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(line));
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw new CodecException(type.getSimpleName() + ": a text with half a character (expected: Unicode)", e);
        }
    }
}
