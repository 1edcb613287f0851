package io.datastream.alerts;

import static io.datastream.alerts.Alarms.second;

import io.datastream.alert.AlertText;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What a rule should give for the readings of one key, in the form of {@link Alarms#brief}: cuts them into stretches from the
 * first bad record to the first good one, and looks at each stretch as a whole.
 */
final class RuleModel {
    /** How a record is to be taken. */
    enum Kind {
        SILENT,
        FINE,
        BAD,
        WORSE
    }

    /** A record as the rule sees it: whether it is good or bad, and the number that was judged. */
    record Seen(double second, Kind kind, double value) {}

    private final double lasting;
    private final double worseAfter;
    private final double reminder;

    /** Seconds; infinite for never. */
    RuleModel(double lasting, double worseAfter, double reminder) {
        this.lasting = lasting;
        this.worseAfter = worseAfter;
        this.reminder = reminder;
    }

    static List<Seen> see(List<Reading> readings, Function<Reading, Kind> kind) {
        return readings.stream()
                .map(reading -> new Seen(second(reading.time()), kind.apply(reading), reading.value()))
                .toList();
    }

    List<String> alerts(List<Seen> records) {
        List<String> alerts = new ArrayList<>();
        int i = 0;
        while (i < records.size()) {
            Kind kind = records.get(i).kind();
            if (kind != Kind.BAD && kind != Kind.WORSE) {
                i++;
                continue;
            }
            int end = i;
            while (end < records.size() && records.get(end).kind() != Kind.FINE) {
                end++;
            }
            stretch(records.subList(i, end), end < records.size() ? records.get(end) : null, alerts);
            i = end;
        }
        return alerts;
    }

    /** All that can happen in a stretch, in order of time; what is due by the clock comes before records of that time. */
    private void stretch(List<Seen> stretch, Seen good, List<String> alerts) {
        double since = stretch.get(0).second();
        double raisedAt = since + lasting;
        if (good != null && lasting > 0 && good.second() < raisedAt) {
            return;
        }
        int next = 1;
        Seen shown = stretch.get(0);
        while (lasting > 0 && next < stretch.size() && stretch.get(next).second() < raisedAt) {
            shown = stretch.get(next).kind() == Kind.SILENT ? shown : stretch.get(next);
            next++;
        }
        boolean worse = shown.kind() == Kind.WORSE;
        double last = raisedAt;
        alerts.add(brief("RAISED", raisedAt, worse, shown.value(), since));
        for (; next <= stretch.size(); next++) {
            Seen record = next < stretch.size() ? stretch.get(next) : good;
            double now = record == null ? Double.POSITIVE_INFINITY : record.second();
            if (!worse && since + worseAfter <= now && worseAfter < Double.POSITIVE_INFINITY) {
                worse = true;
                last = since + worseAfter;
                alerts.add(brief("WORSENED", last, true, shown.value(), since));
            }
            if (record == null) {
                return;
            }
            shown = record.kind() == Kind.SILENT ? shown : record;
            if (record.kind() == Kind.FINE) {
                alerts.add(brief("CLEARED", now, worse, record.value(), since));
            } else if (!worse && record.kind() == Kind.WORSE) {
                worse = true;
                last = now;
                alerts.add(brief("WORSENED", now, true, shown.value(), since));
            } else if (now - last >= reminder) {
                last = now;
                alerts.add(brief("HELD", now, worse, shown.value(), since));
            }
        }
    }

    private static String brief(String state, double at, boolean worse, double value, double since) {
        return state + "@" + AlertText.number(at) + (worse ? " CRITICAL " : " WARNING ")
                + AlertText.number(value) + " since "
                + AlertText.number(since);
    }
}
