package io.datastream.conformance;

import io.datastream.aggregate.Aggregation;
import io.datastream.aggregate.Aggregations;
import io.datastream.aggregate.QuantileMethod;
import io.datastream.aggregate.Statistics;
import io.datastream.function.Fn;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The aggregates that window cases ask for by the names of their columns. */
final class WindowAggregates {
    private static final Pattern QUANTILE =
            Pattern.compile("q([0-9]{1,2}|100)(?:_(linear|lower|higher|nearest|midpoint))?");
    private static final Set<String> STATISTICS = Set.of(
            "rows",
            "count",
            "sum",
            "mean",
            "min",
            "max",
            "var_samp",
            "var_pop",
            "std_samp",
            "std_pop",
            "first",
            "last");

    private WindowAggregates() {}

    /** One aggregation whose result has all columns but those that say which window it is. */
    static Aggregation<Reading, ?, Map<String, Object>> of(Case test, Set<String> others) {
        Map<QuantileMethod, TreeMap<String, Double>> quantiles = new EnumMap<>(QuantileMethod.class);
        for (String column : test.columns()) {
            Matcher quantile = QUANTILE.matcher(column);
            if (column.equals("median")) {
                quantiles
                        .computeIfAbsent(QuantileMethod.LINEAR, method -> new TreeMap<>())
                        .put(column, 0.5);
            } else if (quantile.matches()) {
                String method = quantile.group(2) == null ? "linear" : quantile.group(2);
                quantiles
                        .computeIfAbsent(
                                QuantileMethod.valueOf(method.toUpperCase(Locale.ROOT)), key -> new TreeMap<>())
                        .put(column, Integer.parseInt(quantile.group(1)) / 100.0);
            } else if (!STATISTICS.contains(column) && !others.contains(column)) {
                throw new NotSupportedException("aggregate " + column);
            }
        }
        Aggregation<Reading, ?, Map<String, Object>> all = Aggregations.combine(
                Aggregations.statistics(Reading::value),
                Aggregations.first(Reading::value),
                Aggregations.last(Reading::value),
                WindowAggregates::cells);
        for (Map.Entry<QuantileMethod, TreeMap<String, Double>> entry : quantiles.entrySet()) {
            all = withQuantiles(all, entry.getKey(), entry.getValue());
        }
        return all;
    }

    private static Map<String, Object> cells(Statistics statistics, double first, double last) {
        Map<String, Object> cells = new HashMap<>();
        cells.put("rows", statistics.rows());
        cells.put("count", statistics.count());
        cells.put("sum", statistics.sum());
        cells.put("mean", statistics.mean());
        cells.put("min", statistics.min());
        cells.put("max", statistics.max());
        cells.put("var_samp", statistics.varianceSample());
        cells.put("var_pop", statistics.variancePopulation());
        cells.put("std_samp", statistics.sdSample());
        cells.put("std_pop", statistics.sdPopulation());
        cells.put("first", first);
        cells.put("last", last);
        return cells;
    }

    private static Aggregation<Reading, ?, Map<String, Object>> withQuantiles(
            Aggregation<Reading, ?, Map<String, Object>> all, QuantileMethod method, TreeMap<String, Double> wanted) {
        List<String> names = List.copyOf(wanted.keySet());
        double[] qs = wanted.values().stream().mapToDouble(q -> q).toArray();
        return Aggregations.combine(all, Aggregations.quantiles(Reading::value, method, qs), (cells, values) -> {
            for (int i = 0; i < names.size(); i++) {
                cells.put(names.get(i), values.get(i));
            }
            return cells;
        });
    }

    /** Empties what too few values were aggregated into; the count stays. */
    static Fn<Map<String, Object>, Map<String, Object>> withMinimum(long minimum) {
        return cells -> {
            if (((Number) cells.getOrDefault("count", 0L)).longValue() < minimum) {
                cells.keySet().removeIf(column -> !column.equals("count") && !column.equals("rows"));
            }
            return cells;
        };
    }
}
