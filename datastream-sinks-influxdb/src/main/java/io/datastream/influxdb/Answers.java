package io.datastream.influxdb;

import io.datastream.httpclient.HttpAnswer;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the answers of the servers to a batch mean. */
final class Answers {
    /** Words by which the servers blame lines, and not the request as a whole. */
    private static final Pattern BLAMES_LINES = Pattern.compile(
            "unable to parse|partial write|failed to parse|parsing failed|type conflict|dropped=|beyond retention"
                    + "|max key length|line_number|\"line\"\\s*:|in line \\d|invalid column|invalid field|cast error",
            Pattern.CASE_INSENSITIVE);

    /** InfluxDB 3, QuestDB's list of errors, and a single number as in QuestDB and InfluxDB 2. */
    private static final Pattern LINE_NUMBER =
            Pattern.compile("\"line_number\"\\s*:\\s*(\\d{1,9})|error in line (\\d{1,9})|\"line\"\\s*:\\s*(\\d{1,9})");

    private Answers() {}

    /** Whether all lines are written. */
    static boolean isWritten(HttpAnswer answer) {
        return answer.status() == 204;
    }

    /** Whether lines are to blame: one that is refused, or too many of them. */
    static boolean isAboutLines(HttpAnswer answer) {
        return switch (answer.status()) {
            case 413 -> true;
            case 400, 422 -> BLAMES_LINES.matcher(answer.body()).find();
            default -> false;
        };
    }

    /** The numbers, from 1, of the lines that the server names; a hint, which is not relied on. */
    static SortedSet<Integer> namedLines(HttpAnswer answer) {
        SortedSet<Integer> numbers = new TreeSet<>();
        Matcher found = LINE_NUMBER.matcher(answer.body());
        while (found.find()) {
            for (int group = 1; group <= found.groupCount(); group++) {
                if (found.group(group) != null) {
                    numbers.add(Integer.parseInt(found.group(group)));
                }
            }
        }
        return numbers;
    }

    /** What is wrong with the request as a whole. */
    static String problem(HttpAnswer answer) {
        return answer.text()
                + switch (answer.status()) {
                    case 401, 403 -> " (expected: a user or token that may write)";
                    case 404 -> " (expected: a database or bucket that exists, and the right version of the server)";
                    case 400, 422 -> "";
                    default -> " (expected: status 204)";
                };
    }
}
