package io.datastream.soak;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** Compares what was found with the model, and counts what is lost, doubled or different. */
final class Comparison {
    private static final int SHOWN = 20;

    private final List<String> differences = new ArrayList<>();
    private long lost;
    private long doubled;
    private long different;
    private long compared;

    /** Results that were expected and are not there. */
    long lost() {
        return lost;
    }

    /** Results that are there once more than they should be. */
    long doubled() {
        return doubled;
    }

    /** Results that nobody expected, and keys whose results are in another order. */
    long different() {
        return different;
    }

    /** Results that were expected. */
    long compared() {
        return compared;
    }

    boolean isEqual() {
        return lost + doubled + different == 0;
    }

    /** The first differences, each with its place. */
    List<String> differences() {
        return differences;
    }

    /** Compares results key by key, each key's in their order. */
    void results(String topic, Map<String, List<String>> expected, Map<String, List<String>> actual) {
        Set<String> keys = new TreeSet<>(actual.keySet());
        keys.addAll(expected.keySet());
        for (String key : keys) {
            sequence(
                    topic + ", key " + key, expected.getOrDefault(key, List.of()), actual.getOrDefault(key, List.of()));
        }
    }

    private void sequence(String place, List<String> expected, List<String> actual) {
        compared += expected.size();
        if (expected.equals(actual)) {
            return;
        }
        int at = 0;
        while (at < Math.min(expected.size(), actual.size()) && expected.get(at).equals(actual.get(at))) {
            at++;
        }
        show(place + ", result " + at + " of " + expected.size() + " (there are " + actual.size() + "): "
                + (at < actual.size() ? "\"" + actual.get(at) + "\"" : "nothing") + " (expected: "
                + (at < expected.size() ? "\"" + expected.get(at) + "\"" : "nothing") + ")");
        if (countDifferences(counts(expected), counts(actual)) == 0) {
            different++; // the same results in another order
        }
    }

    /** Compares late records or dead letters, in whatever order: each must be there once. */
    void letters(String topic, Set<String> expected, Map<String, Integer> actual) {
        compared += expected.size();
        Map<String, Integer> once = new HashMap<>();
        expected.forEach(letter -> once.put(letter, 1));
        Set<String> all = new TreeSet<>(actual.keySet());
        all.addAll(expected);
        for (String letter : all) {
            int found = actual.getOrDefault(letter, 0);
            int wanted = expected.contains(letter) ? 1 : 0;
            if (found != wanted) {
                show(topic + ": \"" + letter + "\" is there " + found + " times (expected: " + wanted + ")");
            }
        }
        long unused = countDifferences(once, actual);
    }

    /** Compares rows of a table by their keys. */
    void rows(String table, Map<String, Double> expected, Map<String, Double> actual) {
        compared += expected.size();
        Set<String> keys = new TreeSet<>(actual.keySet());
        keys.addAll(expected.keySet());
        for (String key : keys) {
            Double found = actual.get(key);
            Double wanted = expected.get(key);
            if (found == null) {
                lost++;
            } else if (!found.equals(wanted)) {
                different++;
            } else {
                continue;
            }
            show("table " + table + ", row " + key + ": " + found + " (expected: " + wanted + ")");
        }
    }

    /** How a late record or a dead letter is named, as {@link Model#letter} does. */
    static String letter(ConsumerRecord<byte[], byte[]> record) {
        return header(record, "datastream.step") + " " + header(record, "datastream.topic") + "-"
                + header(record, "datastream.partition") + "@" + header(record, "datastream.offset");
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? "none" : new String(header.value(), StandardCharsets.UTF_8);
    }

    private static Map<String, Integer> counts(List<String> lines) {
        Map<String, Integer> counts = new HashMap<>();
        lines.forEach(line -> counts.merge(line, 1, Integer::sum));
        return counts;
    }

    private long countDifferences(Map<String, Integer> expected, Map<String, Integer> actual) {
        long before = lost + doubled + different;
        expected.forEach((line, times) -> {
            int more = actual.getOrDefault(line, 0) - times;
            lost += Math.max(0, -more);
            doubled += Math.max(0, more);
        });
        actual.forEach((line, times) -> different += expected.containsKey(line) ? 0 : times);
        return lost + doubled + different - before;
    }

    private void show(String difference) {
        if (differences.size() < SHOWN) {
            differences.add(difference);
        }
    }
}
