package io.datastream.soak;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/** The figures of a run. */
record Figures(
        Settings settings, Input input, Model model, Monitor monitor, Workers workers, Groups groups, Chaos chaos) {
    /**
     * Prints them.
     *
     * @param inputSeconds how long records were written
     * @param seconds how long it took until all results were there
     */
    void print(PrintStream out, double inputSeconds, double seconds) {
        long results = Pipelines.steps().stream().mapToLong(model::count).sum();
        line(
                out,
                "run",
                "%.1f minutes and %.0f s until the last result, seed %d, protocol %s, %d workers",
                inputSeconds / 60,
                seconds - inputSeconds,
                settings.seed(),
                settings.protocol().name().toLowerCase(Locale.ROOT),
                settings.workers());
        line(
                out,
                "input",
                "%,d records (%,.0f a second), %d pauses, slowest round %,d ms",
                input.written(),
                input.written() / inputSeconds,
                input.pauses(),
                input.slowestRoundMillis());
        line(
                out,
                "output",
                "%,d results (%,.0f a second), %,d dead letters, %,d late, %,d rows of the table",
                results,
                results / seconds,
                model.letters().size(),
                model.late().size() + model.mergedLate().size(),
                model.table().size());
        line(
                out,
                "workers",
                "%d killed, %d frozen briefly, %d beyond the time-outs, %d restarted in order, %d added, %d removed",
                chaos.count(Chaos.Event.KILL),
                chaos.count(Chaos.Event.FREEZE_BRIEFLY),
                chaos.count(Chaos.Event.FREEZE_BEYOND_TIMEOUTS),
                chaos.count(Chaos.Event.RESTART),
                chaos.count(Chaos.Event.ONE_MORE),
                chaos.count(Chaos.Event.ONE_LESS));
        line(
                out,
                "broker",
                "%d killed, %d restarted in order, %d frozen",
                chaos.count(Chaos.Event.BROKER_KILL),
                chaos.count(Chaos.Event.BROKER_RESTART),
                chaos.count(Chaos.Event.BROKER_FREEZE));
        line(
                out,
                "groups",
                "%d rebalances seen, %d restarts of a pipeline from its last commit",
                groups.changes(),
                workers.restarts());
        line(out, "results after a kill", "%s", failovers(monitor.failoverMillis()));
    }

    private static void line(PrintStream out, String name, String format, Object... values) {
        out.printf(Locale.ROOT, "  %-20s " + format + "%n", concat(name, values));
    }

    private static Object[] concat(String name, Object[] values) {
        Object[] all = new Object[values.length + 1];
        all[0] = name;
        System.arraycopy(values, 0, all, 1, values.length);
        return all;
    }

    /** The least, the middle and the longest time. */
    static String failovers(List<Long> sorted) {
        if (sorted.isEmpty()) {
            return "not measured";
        }
        return String.format(
                Locale.ROOT,
                "%.1f s at least, %.1f s in the middle, %.1f s at most (%d partitions)",
                sorted.get(0) / 1e3,
                sorted.get(sorted.size() / 2) / 1e3,
                sorted.get(sorted.size() - 1) / 1e3,
                sorted.size());
    }
}
