package io.datastream.engine;

import io.datastream.engine.SimulationTest.Reading;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the simulated pipeline must give, by sorting and folding; slow and obvious. */
final class SimulationModel {
    private final List<List<Reading>> logs;
    private final int disorder;
    private final int shards;
    private final Map<String, List<String>> results = new TreeMap<>();

    private record Admitted(Reading reading, int origin, int index, long watermark) {
        boolean isBehind() {
            return reading.time() < watermark;
        }
    }

    /** A result of the narrow windows, which goes on to the groups. */
    private record Narrow(String key, long start, double sum) {}

    SimulationModel(List<List<Reading>> logs, int disorder, int shards) {
        this.logs = logs;
        this.disorder = disorder;
        this.shards = shards;
    }

    Map<String, List<String>> results() {
        Map<String, List<Admitted>> byKey = new TreeMap<>();
        for (int origin = 0; origin < logs.size(); origin++) {
            long highest = Long.MIN_VALUE;
            for (int i = 0; i < logs.get(origin).size(); i++) {
                Reading reading = logs.get(origin).get(i);
                long watermark = highest == Long.MIN_VALUE ? Long.MIN_VALUE : highest - disorder;
                byKey.computeIfAbsent(reading.key(), any -> new ArrayList<>())
                        .add(new Admitted(reading, origin, i, watermark));
                highest = Math.max(highest, reading.time());
            }
        }
        List<Narrow> narrow = new ArrayList<>();
        byKey.forEach((key, records) -> {
            slices(records, SimulationTest.NARROW).forEach((slice, sum) -> {
                narrow.add(new Narrow(key, slice * SimulationTest.NARROW, sum));
                add("narrow", key, line(slice * SimulationTest.NARROW, SimulationTest.NARROW, sum));
            });
            wide(key, slices(records, gcd(SimulationTest.WIDE, SimulationTest.STEP)));
            ordered(key, records);
        });
        groups(narrow);
        return results;
    }

    private void add(String sink, String key, String line) {
        results.computeIfAbsent(sink + " " + key, any -> new ArrayList<>()).add(line);
    }

    static String line(long start, long length, double sum) {
        return start + ".." + (start + length) + " " + Double.toHexString(sum);
    }

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }

    /** The sum of each slice: those of the origins, each in the order of its log, added in the order of origins. */
    private static TreeMap<Long, Double> slices(List<Admitted> records, int length) {
        TreeMap<Long, TreeMap<Integer, Double>> byOrigin = new TreeMap<>();
        for (Admitted record : records) {
            long slice = record.reading().time() / length;
            if (!record.isBehind() || (slice + 1) * length > record.watermark()) {
                byOrigin.computeIfAbsent(slice, any -> new TreeMap<>())
                        .merge(record.origin(), record.reading().value(), Double::sum);
            }
        }
        TreeMap<Long, Double> sums = new TreeMap<>();
        byOrigin.forEach((slice, origins) ->
                sums.put(slice, origins.values().stream().reduce(Double::sum).orElseThrow()));
        return sums;
    }

    /** Windows of several slices: the slices of the earlier block from the last to the first, then those of the later. */
    private void wide(String key, TreeMap<Long, Double> slices) {
        int length = gcd(SimulationTest.WIDE, SimulationTest.STEP);
        int perWindow = SimulationTest.WIDE / length;
        int perStep = SimulationTest.STEP / length;
        if (slices.isEmpty()) {
            return;
        }
        for (long last = slices.firstKey(); last < slices.lastKey() + perWindow; last++) {
            long first = last + 1 - perWindow;
            if (Math.floorMod(first, perStep) != 0
                    || slices.subMap(first, last + 1).isEmpty()) {
                continue;
            }
            long block = Math.floorDiv(last, perWindow) * perWindow;
            Double suffix = null;
            for (double sum :
                    slices.subMap(first, true, block, false).descendingMap().values()) {
                suffix = suffix == null ? sum : sum + suffix;
            }
            double prefix = 0;
            for (double sum : slices.subMap(block, last + 1).values()) {
                prefix += sum;
            }
            double sum = suffix == null ? prefix : suffix;
            if (suffix != null && !slices.subMap(block, last + 1).isEmpty()) {
                sum += prefix;
            }
            add("wide", key, line(first * length, SimulationTest.WIDE, sum));
        }
    }

    private void ordered(String key, List<Admitted> records) {
        List<Admitted> sorted = records.stream()
                .filter(record -> !record.isBehind())
                .sorted(Comparator.comparingLong(
                                (Admitted record) -> record.reading().time())
                        .thenComparingInt(Admitted::origin)
                        .thenComparingInt(Admitted::index))
                .toList();
        double average = 0;
        double session = 0;
        long start = -1;
        long last = -1;
        for (Admitted record : sorted) {
            long time = record.reading().time();
            if (last >= 0 && time >= last + SimulationTest.QUIET) {
                add("averages", key, (last + SimulationTest.QUIET) + " quiet");
            }
            average += 0.3 * (record.reading().value() - average);
            add("averages", key, time + " " + Double.toHexString(average));
            if (start >= 0 && time > last + SimulationTest.GAP) {
                add("sessions", key, line(start, last + SimulationTest.GAP - start, session));
                start = -1;
            }
            session = start < 0
                    ? record.reading().value()
                    : session + record.reading().value();
            start = start < 0 ? time : start;
            last = time;
        }
        if (last >= 0) {
            add("averages", key, (last + SimulationTest.QUIET) + " quiet");
            add("sessions", key, line(start, last + SimulationTest.GAP - start, session));
        }
    }

    /** Narrow results by group: those of a task in order of time and key, then those of the tasks in their order. */
    private void groups(List<Narrow> narrow) {
        int length = 2 * SimulationTest.NARROW;
        Map<Integer, TreeMap<Long, TreeMap<Integer, Double>>> sums = new TreeMap<>();
        narrow.stream()
                .sorted(Comparator.comparingLong(Narrow::start).thenComparing(Narrow::key))
                .forEach(result -> sums.computeIfAbsent(result.key().charAt(1) % 2, any -> new TreeMap<>())
                        .computeIfAbsent(result.start() / length, any -> new TreeMap<>())
                        .merge(StableHash.shard(result.key(), null, shards), result.sum(), Double::sum));
        sums.forEach((group, windows) -> windows.forEach((window, tasks) -> add(
                "groups",
                group.toString(),
                line(
                        window * length,
                        length,
                        tasks.values().stream().reduce(Double::sum).orElseThrow()))));
    }
}
