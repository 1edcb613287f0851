package io.datastream.conformance;

import io.datastream.time.EventTime;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A record of an input.
 *
 * @param number its place in the file, from 0: the order of arrival
 * @param millis its time, in milliseconds since the epoch
 * @param key its key; empty where the input has none
 * @param value its value; NaN for none
 * @param second the value of a second column, such as the volume; NaN for none
 */
record Reading(int number, long millis, String key, double value, double second) {
    /** The records of a case. */
    static List<Reading> of(Case test) throws IOException {
        return of(test, null);
    }

    /** The records of a case, with a second column. */
    static List<Reading> of(Case test, @Nullable String second) throws IOException {
        Table table = Table.read(test.input("in"));
        int time = table.column("ts");
        int key = table.column("key");
        int value = table.column("value");
        int other = second == null ? -1 : table.column(second);
        if (second != null && other < 0) {
            throw new NotSupportedException("input column " + second + " is missing");
        }
        List<Reading> readings = new ArrayList<>();
        for (List<String> row : table.rows()) {
            readings.add(new Reading(
                    readings.size(),
                    Long.parseLong(row.get(time)),
                    key < 0 ? "" : row.get(key),
                    number(row.get(value)),
                    other < 0 ? Double.NaN : number(row.get(other))));
        }
        return readings;
    }

    private static double number(String cell) {
        return cell.isEmpty() ? Double.NaN : Double.parseDouble(cell);
    }

    /** The same record with another value. */
    Reading withValue(double other) {
        return new Reading(number, millis, key, other, second);
    }

    /** Its time, in nanoseconds since the epoch. */
    long nanos() {
        return EventTime.ofMillis(millis);
    }

    /** By how much the oldest latecomer is behind the newest record before it, in milliseconds. */
    static long disorder(List<Reading> readings) {
        long newest = Long.MIN_VALUE;
        long disorder = 0;
        for (Reading reading : readings) {
            newest = Math.max(newest, reading.millis);
            disorder = Math.max(disorder, newest - reading.millis);
        }
        return disorder;
    }
}
