package io.datastream.monitor;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import io.micrometer.core.instrument.distribution.ValueAtPercentile;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Meters of any registries in the text format of Prometheus, version 0.0.4, under the names that Micrometer's own registry
 * for Prometheus gives them. Meters of the same name in several registries are one family, as the format wants it.
 */
final class PrometheusText {
    static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final Map<String, Family> families = new TreeMap<>();

    private record Family(String type, @Nullable String help, Set<String> series, StringBuilder lines) {}

    private PrometheusText() {}

    /** The meters of all registries, each registry once. */
    static String of(Collection<? extends MeterRegistry> registries) {
        PrometheusText text = new PrometheusText();
        Set<MeterRegistry> distinct = Collections.newSetFromMap(new IdentityHashMap<>());
        for (MeterRegistry registry : registries) {
            if (distinct.add(registry)) {
                registry.getMeters().forEach(text::add);
            }
        }
        return text.print();
    }

    private String print() {
        StringBuilder text = new StringBuilder();
        families.forEach((name, family) -> {
            if (family.help() != null) {
                text.append("# HELP ")
                        .append(name)
                        .append(' ')
                        .append(family.help().replace("\\", "\\\\").replace("\n", "\\n"))
                        .append('\n');
            }
            text.append("# TYPE ")
                    .append(name)
                    .append(' ')
                    .append(family.type())
                    .append('\n');
            text.append(family.lines());
        });
        return text.toString();
    }

    private void add(Meter meter) {
        if (meter.getId().syntheticAssociation() != null) {
            return; // a bucket or quantile of a meter that is told as a whole
        }
        if (meter instanceof Counter counter) {
            single(meter, "counter", counterName(meter), counter.count());
        } else if (meter instanceof FunctionCounter counter) {
            single(meter, "counter", counterName(meter), counter.count());
        } else if (meter instanceof TimeGauge gauge) {
            single(meter, "gauge", secondsName(meter), gauge.value(TimeUnit.SECONDS));
        } else if (meter instanceof Gauge gauge) {
            single(meter, "gauge", name(meter), gauge.value());
        } else if (meter instanceof Timer timer) {
            distribution(meter, secondsName(meter), timer.takeSnapshot(), TimeUnit.SECONDS);
        } else if (meter instanceof DistributionSummary summary) {
            distribution(meter, name(meter), summary.takeSnapshot(), null);
        } else if (meter instanceof FunctionTimer timer) {
            Family family = family(secondsName(meter), "summary", meter);
            String labels = labels(meter, null, null);
            line(family, secondsName(meter) + "_count", labels, timer.count());
            line(family, secondsName(meter) + "_sum", labels, timer.totalTime(TimeUnit.SECONDS));
        } else if (meter instanceof LongTaskTimer timer) {
            single(meter, "gauge", secondsName(meter) + "_active_count", timer.activeTasks());
            single(meter, "gauge", secondsName(meter) + "_duration_sum", timer.duration(TimeUnit.SECONDS));
        } else {
            for (Measurement measurement : meter.measure()) {
                String statistic = measurement.getStatistic().name().toLowerCase(Locale.ROOT);
                single(meter, "gauge", name(meter) + "_" + statistic, measurement.getValue());
            }
        }
    }

    private void single(Meter meter, String type, String name, double value) {
        line(family(name, type, meter), name, labels(meter, null, null), value);
    }

    private void distribution(Meter meter, String name, HistogramSnapshot snapshot, @Nullable TimeUnit unit) {
        CountAtBucket[] buckets = snapshot.histogramCounts();
        Family family = family(name, buckets.length > 0 ? "histogram" : "summary", meter);
        for (CountAtBucket bucket : buckets) {
            double bound = unit == null ? bucket.bucket() : bucket.bucket(unit);
            if (!Double.isInfinite(bound) && bound < Double.MAX_VALUE) {
                line(family, name + "_bucket", labels(meter, "le", number(bound)), bucket.count());
            }
        }
        if (buckets.length > 0) {
            line(family, name + "_bucket", labels(meter, "le", "+Inf"), snapshot.count());
        } else {
            for (ValueAtPercentile value : snapshot.percentileValues()) {
                double at = unit == null ? value.value() : value.value(unit);
                line(family, name, labels(meter, "quantile", number(value.percentile())), at);
            }
        }
        String labels = labels(meter, null, null);
        line(family, name + "_count", labels, snapshot.count());
        line(family, name + "_sum", labels, unit == null ? snapshot.total() : snapshot.total(unit));
        single(meter, "gauge", name + "_max", unit == null ? snapshot.max() : snapshot.max(unit));
    }

    private Family family(String name, String type, Meter meter) {
        return families.computeIfAbsent(
                name, any -> new Family(type, meter.getId().getDescription(), new HashSet<>(), new StringBuilder()));
    }

    /** Two registries may hold the same meter; the format allows a series once. */
    private static void line(Family family, String name, String labels, double value) {
        String series = name + labels;
        if (family.series().add(series)) {
            family.lines().append(series).append(' ').append(number(value)).append('\n');
        }
    }

    private static String number(double value) {
        if (Double.isNaN(value)) {
            return "NaN";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    private static String counterName(Meter meter) {
        String name = name(meter);
        return name.endsWith("_total") ? name : name + "_total";
    }

    private static String secondsName(Meter meter) {
        String name = clean(meter.getId().getName(), true);
        return name.endsWith("_seconds") ? name : name + "_seconds";
    }

    private static String name(Meter meter) {
        String name = clean(meter.getId().getName(), true);
        String unit = meter.getId().getBaseUnit();
        if (unit == null || unit.isEmpty()) {
            return name;
        }
        String suffix = "_" + clean(unit, true);
        return name.endsWith(suffix) ? name : name + suffix;
    }

    /** The letters that names may have; the rest is an underscore. */
    private static String clean(String name, boolean isMetric) {
        char[] clean = name.toCharArray();
        for (int i = 0; i < clean.length; i++) {
            char c = clean[i];
            boolean isFine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || isDigit(c) || (isMetric && c == ':');
            if (!isFine) {
                clean[i] = '_';
            }
        }
        String text = new String(clean);
        return text.isEmpty() || !isDigit(clean[0]) ? text : (isMetric ? "m_" : "_") + text;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static String labels(Meter meter, @Nullable String name, @Nullable String value) {
        StringBuilder labels = new StringBuilder();
        for (Tag tag : meter.getId().getTagsAsIterable()) {
            label(labels, clean(tag.getKey(), false), escape(tag.getValue()));
        }
        if (name != null && value != null) {
            label(labels, name, value);
        }
        return labels.isEmpty() ? "" : labels.append('}').toString();
    }

    private static void label(StringBuilder labels, String name, String value) {
        labels.append(labels.isEmpty() ? '{' : ',')
                .append(name)
                .append("=\"")
                .append(value)
                .append('"');
    }

    private static String escape(String value) {
        boolean isFine = value.indexOf('\\') < 0 && value.indexOf('"') < 0 && value.indexOf('\n') < 0;
        return isFine
                ? value
                : value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
}
