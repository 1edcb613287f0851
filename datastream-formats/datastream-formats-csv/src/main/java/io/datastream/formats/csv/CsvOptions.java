package io.datastream.formats.csv;

import java.io.Serializable;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a file is laid out.
 *
 * @param columns names in the order of the file, null for those of the type in its order
 * @param nullText what stands for null besides an empty cell; empty for nothing else
 * @param epochUnit unit of instants as numbers, null for ISO-8601 texts
 */
record CsvOptions(
        CsvMarks marks,
        Header header,
        UnknownColumns unknownColumns,
        @Nullable ArrayList<String> columns,
        String nullText,
        boolean emptyAsNaN,
        @Nullable ChronoUnit epochUnit,
        int maxRecordBytes)
        implements Serializable {
    private static final Set<ChronoUnit> EPOCH_UNITS =
            Set.of(ChronoUnit.SECONDS, ChronoUnit.MILLIS, ChronoUnit.MICROS, ChronoUnit.NANOS);

    static final CsvOptions DEFAULT = new CsvOptions(
            new CsvMarks(
                    CsvFormat.DEFAULT_DELIMITER, CsvFormat.DEFAULT_QUOTE, CsvMarks.NONE, CsvMarks.NONE, LineEnd.LF),
            CsvFormat.DEFAULT_HEADER,
            CsvFormat.DEFAULT_UNKNOWN_COLUMNS,
            null,
            "",
            false,
            null,
            CsvFormat.DEFAULT_MAX_RECORD_BYTES);

    CsvOptions {
        if (epochUnit != null && !EPOCH_UNITS.contains(epochUnit)) {
            throw new IllegalArgumentException("unit: " + epochUnit + " (expected: SECONDS, MILLIS, MICROS or NANOS)");
        }
        if (maxRecordBytes <= 0) {
            throw new IllegalArgumentException("maxRecordBytes: " + maxRecordBytes + " (expected: > 0)");
        }
        if (columns != null && (columns.isEmpty() || new HashSet<>(columns).size() < columns.size())) {
            throw new IllegalArgumentException("columns: " + columns + " (expected: at least one, each once)");
        }
        if (nullText.indexOf(marks.delimiter()) >= 0
                || nullText.indexOf(marks.quote()) >= 0
                || !nullText.equals(nullText.strip())) {
            throw new IllegalArgumentException(
                    "nullText: \"" + nullText + "\" (expected: no delimiter, no quote, no blanks around it)");
        }
    }

    char delimiter() {
        return marks.delimiter();
    }

    char quote() {
        return marks.quote();
    }

    CsvOptions withMarks(CsvMarks value) {
        return new CsvOptions(value, header, unknownColumns, columns, nullText, emptyAsNaN, epochUnit, maxRecordBytes);
    }

    CsvOptions withHeader(Header value) {
        return new CsvOptions(marks, value, unknownColumns, columns, nullText, emptyAsNaN, epochUnit, maxRecordBytes);
    }

    CsvOptions withUnknownColumns(UnknownColumns value) {
        return new CsvOptions(marks, header, value, columns, nullText, emptyAsNaN, epochUnit, maxRecordBytes);
    }

    CsvOptions withColumns(List<String> value) {
        return new CsvOptions(
                marks, header, unknownColumns, new ArrayList<>(value), nullText, emptyAsNaN, epochUnit, maxRecordBytes);
    }

    CsvOptions withNullText(String value) {
        return new CsvOptions(marks, header, unknownColumns, columns, value, emptyAsNaN, epochUnit, maxRecordBytes);
    }

    CsvOptions withEmptyAsNaN() {
        return new CsvOptions(marks, header, unknownColumns, columns, nullText, true, epochUnit, maxRecordBytes);
    }

    CsvOptions withEpochTimes(ChronoUnit value) {
        return new CsvOptions(marks, header, unknownColumns, columns, nullText, emptyAsNaN, value, maxRecordBytes);
    }

    CsvOptions withMaxRecordBytes(int value) {
        return new CsvOptions(marks, header, unknownColumns, columns, nullText, emptyAsNaN, epochUnit, value);
    }
}
