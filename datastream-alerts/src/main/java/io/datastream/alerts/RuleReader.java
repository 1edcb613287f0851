package io.datastream.alerts;

import io.datastream.alert.AlertText;
import io.datastream.alert.Severity;
import io.datastream.function.Condition;
import io.datastream.function.Fn;
import io.datastream.function.ToDoubleFn;
import io.datastream.settings.Settings;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads rules from settings. What is wrong is refused there. */
final class RuleReader {
    private static final Duration MOST = Duration.ofDays(36_500);
    private static final List<String> NUMBERS = List.of("above", "below", "rate-above", "outlier-above", "score-above");

    private static final List<String> OPTIONS = List.of(
            "of",
            "per",
            "rows",
            "second",
            "within",
            "clear",
            "worse",
            "lasting",
            "worse-after",
            "reminder",
            "severity",
            "worse-severity",
            "about",
            "because",
            "look");

    private RuleReader() {}

    /** A rule on numbers that are read by a given function. */
    static <T> Optional<AlertRule<T>> ofNumber(String name, Settings settings, ToDoubleFn<T> value) {
        return finished(kind(settings, NUMBERS).flatMap(kind -> limit(name, kind, settings, value)), settings);
    }

    /** The rule with its options; if there is none, nobody is to be told that these are unknown. */
    private static <T> Optional<AlertRule<T>> finished(Optional<AlertRule<T>> rule, Settings settings) {
        if (rule.isEmpty()) {
            OPTIONS.forEach(settings::has);
        }
        return rule.map(known -> withOptions(known, settings));
    }

    /** A rule on records, whose fields have names. */
    static <T> Optional<AlertRule<T>> ofRecords(String name, Settings settings, RecordFields<T> fields) {
        List<String> kinds =
                List.of("above", "below", "rate-above", "outlier-above", "score-above", "absent-for", "first");
        Optional<String> kind = kind(settings, kinds);
        Optional<AlertRule<T>> rule = switch (kind.orElse("")) {
            case "" -> Optional.empty();
            case "absent-for" -> positive(settings, "absent-for").map(longest -> AlertRule.<T>absence(name, longest));
            case "first" -> sequence(name, settings, fields);
            default -> field(settings, "of", fields).flatMap(value -> limit(name, kind.get(), settings, value));
        };
        return finished(rule, settings);
    }

    /** The one name of several that is there. */
    private static Optional<String> kind(Settings settings, List<String> kinds) {
        List<String> given = kinds.stream().filter(settings::has).toList();
        if (given.size() == 1) {
            return Optional.of(given.get(0));
        }
        settings.refuse(given.isEmpty() ? kinds.get(0) : given.get(1), "exactly one of " + String.join(", ", kinds));
        return Optional.empty();
    }

    private static <T> Optional<AlertRule<T>> limit(String name, String kind, Settings settings, ToDoubleFn<T> value) {
        Optional<Double> given = settings.number(kind);
        boolean mayBeNegative = kind.equals("above") || kind.equals("below");
        if (given.isEmpty() || (!mayBeNegative && given.get() < 0)) {
            settings.refuse(kind, mayBeNegative ? "a number" : "a number that is not negative");
            return Optional.empty();
        }
        double limit = given.get();
        return switch (kind) {
            case "above" -> Optional.of(AlertRule.above(name, value, limit));
            case "below" -> Optional.of(AlertRule.below(name, value, limit));
            case "score-above" -> Optional.of(AlertRule.scoreAbove(name, value, limit));
            case "rate-above" -> required(settings, "per").map(unit -> AlertRule.rateAbove(name, value, limit, unit));
            default -> rows(settings).map(rows -> AlertRule.outlier(name, rows, value, limit));
        };
    }

    private static Optional<Integer> rows(Settings settings) {
        Optional<Integer> rows = settings.integer("rows").filter(many -> many >= 2 && many <= 10_000);
        if (rows.isEmpty()) {
            settings.refuse("rows", "how many numbers before are looked at, from 2 to 10000");
        }
        return rows;
    }

    private static <T> Optional<AlertRule<T>> sequence(String name, Settings settings, RecordFields<T> fields) {
        Optional<Condition<T>> first = condition(settings, "first", fields);
        Optional<Condition<T>> second = condition(settings, "second", fields);
        Optional<Duration> within = required(settings, "within");
        return first.isEmpty() || second.isEmpty() || within.isEmpty()
                ? Optional.empty()
                : Optional.of(AlertRule.notFollowed(name, first.get(), second.get(), within.get()));
    }

    private static <T> Optional<Condition<T>> condition(Settings settings, String name, RecordFields<T> fields) {
        Optional<Settings> group = settings.group(name);
        if (group.isEmpty()) {
            settings.refuse(name, "a group with a field, and what it is");
            return Optional.empty();
        }
        Settings event = group.get();
        Optional<String> kind = kind(event, List.of("is", "above", "below"));
        boolean isText = kind.isPresent() && kind.get().equals("is");
        Optional<String> field = isText ? known(event, "field", fields) : number(event, "field", fields);
        if (kind.isEmpty() || field.isEmpty()) {
            return Optional.empty();
        }
        Fn<? super T, ?> value = fields.field(field.get());
        if (value == null) {
            return Optional.empty();
        }
        if (isText) {
            Set<String> texts = new HashSet<>(event.texts("is"));
            if (texts.isEmpty()) {
                event.refuse("is", "a text, or several");
            }
            return Optional.of(new TextIs<>(value, texts));
        }
        ToDoubleFn<T> number = new RecordFields.NumberOf<>(field.get(), value);
        boolean above = kind.get().equals("above");
        return event.number(kind.get()).map(limit -> new NumberIsBeyond<>(number, above, limit));
    }

    /** Whether a field, as text, is one of these. */
    private record TextIs<T>(Fn<? super T, ?> value, Set<String> texts) implements Condition<T> {
        @Override
        public boolean test(T row) throws Exception {
            return texts.contains(String.valueOf((Object) value.apply(row)));
        }
    }

    private record NumberIsBeyond<T>(ToDoubleFn<T> value, boolean above, double limit) implements Condition<T> {
        @Override
        public boolean test(T row) throws Exception {
            double number = value.applyAsDouble(row);
            return above ? number > limit : number < limit;
        }
    }

    private static <T> Optional<ToDoubleFn<T>> field(Settings settings, String name, RecordFields<T> fields) {
        return number(settings, name, fields).flatMap(field -> {
            Fn<? super T, ?> value = fields.field(field);
            return value == null ? Optional.empty() : Optional.of(new RecordFields.NumberOf<>(field, value));
        });
    }

    /** The name of a field that may give numbers. */
    private static Optional<String> number(Settings settings, String name, RecordFields<?> fields) {
        Optional<String> field = known(settings, name, fields);
        if (field.isPresent() && !fields.numbers().contains(field.get())) {
            settings.refuse(
                    name,
                    "a field of " + fields.name() + " with numbers: one of " + String.join(", ", fields.numbers()));
            return Optional.empty();
        }
        return field;
    }

    private static Optional<String> known(Settings settings, String name, RecordFields<?> fields) {
        Optional<String> field = settings.text(name);
        if (field.isPresent() && fields.names().contains(field.get())) {
            return field;
        }
        settings.refuse(name, "a field of " + fields.name() + ": one of " + String.join(", ", fields.names()));
        return Optional.empty();
    }

    /** The rule with what the settings say of limits, times, severities and texts. */
    static <T> AlertRule<T> withOptions(AlertRule<T> rule, Settings settings) {
        AlertRule<T> changed = rule;
        changed = otherLimit(changed, settings, "clear", AlertRule::withClearLimit);
        changed = otherLimit(changed, settings, "worse", AlertRule::withWorseLimit);
        changed = times(changed, settings);
        changed = duration(changed, settings, "reminder", AlertRule::withReminder);
        changed = severities(changed, settings);
        changed = apply(changed, settings, "about", settings.text("about"), AlertRule::about);
        changed = apply(changed, settings, "because", settings.text("because"), AlertRule::because);
        return apply(changed, settings, "look", settings.text("look"), AlertRule::lookAt);
    }

    /** Each may be refused for what the other was before, so the one that leaves room for the other comes first. */
    private static <T> AlertRule<T> times(AlertRule<T> rule, Settings settings) {
        Optional<Duration> lasting = positive(settings, "lasting");
        Optional<Duration> worseAfter = positive(settings, "worse-after");
        boolean isLonger = worseAfter.isPresent() && worseAfter.get().compareTo(rule.lasting()) > 0;
        AlertRule<T> changed = rule;
        if (isLonger) {
            changed = apply(changed, settings, "worse-after", worseAfter, AlertRule::withWorseAfter);
        }
        changed = apply(changed, settings, "lasting", lasting, AlertRule::lasting);
        return isLonger ? changed : apply(changed, settings, "worse-after", worseAfter, AlertRule::withWorseAfter);
    }

    private static <T> AlertRule<T> severities(AlertRule<T> rule, Settings settings) {
        Optional<Severity> first = settings.choice("severity", Severity.class);
        Optional<Severity> worse = settings.choice("worse-severity", Severity.class);
        if (first.isEmpty() && worse.isEmpty()) {
            return rule;
        }
        Severity from = first.orElse(rule.severity());
        Severity to = worse.orElse(from.compareTo(rule.worseSeverity()) > 0 ? from : rule.worseSeverity());
        return apply(rule, settings, "worse-severity", Optional.of(to), (known, any) -> known.withSeverity(from, to));
    }

    private static <T> AlertRule<T> otherLimit(
            AlertRule<T> rule, Settings settings, String name, Change<T, Double> change) {
        Optional<Double> value = settings.number(name);
        Limits limits = rule.limits();
        if (limits != null && value.isPresent()) {
            boolean most = name.equals("clear") == limits.upper();
            double limit = limits.limit();
            if (most ? value.get() > limit : value.get() < limit) {
                settings.refuse(name, (most ? "at most " : "at least ") + AlertText.number(limit) + ", the limit");
                return rule;
            }
        }
        return apply(rule, settings, name, value, change);
    }

    private static <T> AlertRule<T> duration(
            AlertRule<T> rule, Settings settings, String name, Change<T, Duration> change) {
        return apply(rule, settings, name, positive(settings, name), change);
    }

    /** What a value does to a rule. */
    private interface Change<T, V> {
        AlertRule<T> of(AlertRule<T> rule, V value);
    }

    /** What the rule says against the value becomes what is expected. */
    private static <T, V> AlertRule<T> apply(
            AlertRule<T> rule, Settings settings, String name, Optional<V> value, Change<T, V> change) {
        if (value.isEmpty()) {
            return rule;
        }
        try {
            return change.of(rule, value.get());
        } catch (IllegalArgumentException | IllegalStateException refused) {
            settings.refuse(name, expected(refused));
            return rule;
        }
    }

    /** From {@code lasting: for rule x (expected: a rule with a limit)} what stands behind the colon. */
    static String expected(RuntimeException refused) {
        String message = String.valueOf(refused.getMessage());
        int at = message.indexOf("(expected: ");
        return at < 0 ? message : message.substring(at + "(expected: ".length(), message.length() - 1);
    }

    /** A duration above zero; refused if it is there and is none. */
    static Optional<Duration> positive(Settings settings, String name) {
        Optional<Duration> duration = settings.duration(name);
        if (duration.isPresent() && (duration.get().isZero() || duration.get().compareTo(MOST) > 0)) {
            settings.refuse(name, "more than zero, and at most 100 years");
            return Optional.empty();
        }
        return duration;
    }

    static Optional<Duration> required(Settings settings, String name) {
        Optional<Duration> duration = positive(settings, name);
        if (duration.isEmpty()) {
            settings.refuse(name, "a duration such as 30s, 5m");
        }
        return duration;
    }

    /** A default rule with what is changed of it. */
    static MetricRule changed(MetricRule rule, Settings settings) {
        AlertRule<MetricRule.Sample> changed = rule.rule();
        Optional<Double> limit = settings.number("above");
        if (limit.isPresent()) {
            changed = apply(changed, settings, "above", limit, AlertRule::withLimit);
        }
        return rule.with(withOptions(changed, settings));
    }
}
