package io.datastream.soak;

import io.datastream.soak.PartitionLog.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What must come out, computed from what was written: slow and obvious, with nothing of the engine.
 *
 * <p>A partition's watermark is the highest time before the record less the disorder bound. A window takes a record
 * unless its slice of time ends at or before that; a step that needs order takes those that are not before it.
 */
final class Model {
    private final List<PartitionLog> meters;
    private final List<PartitionLog> merged;
    private final Map<String, Long> counts = new HashMap<>();
    private final Set<String> letters = new HashSet<>();
    private final Set<String> late = new HashSet<>();
    private final Set<String> mergedLate = new HashSet<>();
    private final Map<String, Double> table = new HashMap<>();

    /**
     * A record on its way.
     *
     * @param watermark that of its partition before it
     */
    private record Row(PartitionLog log, int offset, long watermark) {
        long time() {
            return log.time(offset);
        }

        double value() {
            return log.value(offset);
        }

        /** How it is named where it is given up or late. */
        String at(String step) {
            return letter(step, log.topic, log.partition, offset);
        }
    }

    Model(List<PartitionLog> logs) {
        this.meters =
                logs.stream().filter(log -> log.topic.equals(Pipelines.METERS)).toList();
        this.merged =
                logs.stream().filter(log -> !log.topic.equals(Pipelines.METERS)).toList();
        logs.forEach(this::findLetters);
        for (String step : Pipelines.steps()) {
            Set<String> tooLate = meterSteps().contains(step) ? late : mergedLate;
            counts.put(
                    step,
                    results(step, tooLate, letters).values().stream()
                            .mapToLong(List::size)
                            .sum());
        }
        rowsByKey(meters)
                .forEach((key, rows) -> windows(Pipelines.TABLE, rows, Pipelines.TABLE_SIZE, Pipelines.TABLE_SIZE, late)
                        .forEach((start, sum) -> table.put(Pipelines.row(key, start), sum)));
    }

    private static List<String> meterSteps() {
        return List.of(Pipelines.SUMS, Pipelines.SLIDES, Pipelines.AVERAGES);
    }

    /** The results of a step, computed again at each call: of each key, in order. */
    Map<String, List<String>> results(String step) {
        return results(step, new HashSet<>(), new HashSet<>());
    }

    /** How many results a step gives. */
    long count(String step) {
        return counts.getOrDefault(step, 0L);
    }

    /** The dead letters, by step and place. */
    Set<String> letters() {
        return letters;
    }

    /** Late records of the pipeline without an exchange, by step and place. */
    Set<String> late() {
        return late;
    }

    /** Late records of the pipeline with exchanges, by step and place. */
    Set<String> mergedLate() {
        return mergedLate;
    }

    /** The rows of the table: value by key and start. */
    Map<String, Double> table() {
        return table;
    }

    /** How a late record or a dead letter is named. */
    static String letter(String step, String topic, int partition, long offset) {
        return step + " " + topic + "-" + partition + "@" + offset;
    }

    private void findLetters(PartitionLog log) {
        for (int offset = 0; offset < log.size(); offset++) {
            if (log.kind(offset) == Kind.UNREADABLE) {
                letters.add(letter(log.topic, log.topic, log.partition, offset));
            } else if (log.kind(offset) == Kind.POISON) {
                letters.add(letter(Pipelines.CHECK, log.topic, log.partition, offset));
            }
        }
    }

    private static Map<String, List<Row>> rowsByKey(List<PartitionLog> logs) {
        Map<String, List<Row>> rows = new TreeMap<>();
        for (PartitionLog log : logs) {
            long highest = Long.MIN_VALUE / 2;
            for (int offset = 0; offset < log.size(); offset++) {
                if (log.kind(offset) == Kind.UNREADABLE) {
                    continue;
                }
                if (log.kind(offset) == Kind.GOOD && !Reading.isEnd(log.key(offset))) {
                    rows.computeIfAbsent(log.key(offset), any -> new ArrayList<>())
                            .add(new Row(log, offset, highest - Pipelines.DISORDER.toNanos()));
                }
                highest = Math.max(highest, log.time(offset));
            }
        }
        return rows;
    }

    private Map<String, List<String>> results(String step, Set<String> tooLate, Set<String> refused) {
        Map<String, List<String>> results = new TreeMap<>();
        if (step.equals(Pipelines.GROUPS)) {
            groups().forEach((group, sums) -> results.put(group, lines(group, sums)));
            return results;
        }
        rowsByKey(meterSteps().contains(step) ? meters : merged)
                .forEach((key, rows) -> results.put(key, results(step, key, rows, tooLate, refused)));
        results.values().removeIf(List::isEmpty);
        return results;
    }

    private static List<String> results(
            String step, String key, List<Row> rows, Set<String> tooLate, Set<String> refused) {
        return switch (step) {
            case Pipelines.SUMS -> lines(key, windows(step, rows, Pipelines.SUM_SIZE, Pipelines.SUM_SIZE, tooLate));
            case Pipelines.SLIDES ->
                lines(key, windows(step, rows, Pipelines.SLIDE_SIZE, Pipelines.SLIDE_STEP, tooLate));
            case Pipelines.MERGED_SUMS ->
                lines(key, windows(step, rows, Pipelines.MERGED_SIZE, Pipelines.MERGED_SIZE, tooLate));
            case Pipelines.MERGED_SLIDES ->
                lines(key, windows(step, rows, Pipelines.SLIDE_SIZE, Pipelines.MERGED_SLIDE_STEP, tooLate));
            default -> averages(step, key, rows, tooLate, refused);
        };
    }

    private Map<String, TreeMap<Long, Double>> groups() {
        Map<String, TreeMap<Long, Double>> groups = new TreeMap<>();
        long size = Pipelines.GROUP_SIZE.toNanos();
        rowsByKey(merged).forEach((key, rows) -> {
            TreeMap<Long, Double> group = groups.computeIfAbsent(Pipelines.group(key), any -> new TreeMap<>());
            windows(Pipelines.MERGED_SUMS, rows, Pipelines.MERGED_SIZE, Pipelines.MERGED_SIZE, new HashSet<>())
                    .forEach((start, sum) -> {
                        long time = start + Pipelines.MERGED_SIZE.toNanos() - 1; // that of a window's result
                        group.merge(Math.floorDiv(time, size) * size, sum, Double::sum);
                    });
        });
        return groups;
    }

    private static List<String> lines(String key, Map<Long, Double> windows) {
        List<String> lines = new ArrayList<>();
        windows.forEach((start, sum) -> lines.add(Pipelines.line(key, start, sum)));
        return lines;
    }

    /** The sum of each window, by start. */
    private static TreeMap<Long, Double> windows(
            String step, List<Row> rows, Duration size, Duration every, Set<String> tooLate) {
        long length = size.toNanos();
        long slice = every.toNanos(); // the greatest common divisor, as the length is a multiple
        TreeMap<Long, Double> sums = new TreeMap<>();
        for (Row row : rows) {
            long start = Math.floorDiv(row.time(), slice) * slice;
            if (row.time() < row.watermark && start + slice <= row.watermark) {
                tooLate.add(row.at(step));
                continue;
            }
            for (long window = start; window > start - length; window -= slice) {
                sums.merge(window, row.value(), Double::sum);
            }
        }
        return sums;
    }

    private static List<String> averages(
            String step, String key, List<Row> rows, Set<String> tooLate, Set<String> refused) {
        List<Row> inOrder = new ArrayList<>();
        for (Row row : rows) {
            if (row.time() < row.watermark) {
                tooLate.add(row.at(step));
            } else {
                inOrder.add(row);
            }
        }
        // Partitions never share a time, and the sort is stable: at equal times the order of the log stays.
        inOrder.sort(Comparator.comparingLong(Row::time));
        List<String> lines = new ArrayList<>();
        long count = 0;
        double average = 0;
        for (int i = 0; i < inOrder.size(); i++) {
            Row row = inOrder.get(i);
            count++;
            average += RunningAverage.WEIGHT * (row.value() - average);
            if (row.value() >= Reading.UNFIT) {
                refused.add(row.at("to " + Pipelines.topic(step)));
            } else {
                lines.add(new Average(key, row.time(), count, average, row.value(), false).line());
            }
            long quiet = row.time() + RunningAverage.QUIET_NANOS;
            if (i + 1 == inOrder.size() || inOrder.get(i + 1).time() >= quiet) {
                lines.add(new Average(key, quiet, count, average, 0, true).line());
            }
        }
        return lines;
    }
}
