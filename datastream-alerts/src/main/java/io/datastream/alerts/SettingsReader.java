package io.datastream.alerts;

import io.datastream.alert.Alert;
import io.datastream.alert.AlertChannel;
import io.datastream.alert.Severity;
import io.datastream.alerts.MetricRule.Reader;
import io.datastream.alerts.MetricRule.Sample;
import io.datastream.settings.Settings;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/** Reads a whole file of alerts. */
final class SettingsReader {
    private final Settings settings;
    private final Map<String, RecordFields<?>> records;
    private final Map<String, AlertFormat.ChannelReader> channels;

    SettingsReader(
            Settings settings, Map<String, RecordFields<?>> records, Map<String, AlertFormat.ChannelReader> channels) {
        this.settings = settings;
        this.records = records;
        this.channels = channels;
    }

    AlertSettings read() {
        Optional<Duration> every = RuleReader.positive(settings, "every");
        Optional<Path> queue = parsed(settings, "queue", Path::of, "a folder");
        List<MetricRule> onPipelines = new ArrayList<>(defaults());
        onPipelines.addAll(onMeters());
        Map<String, List<AlertRule<?>>> onRecords = onRecords();
        Alerting alerting = Alerting.withRules(onPipelines);
        if (every.isPresent() && every.get().compareTo(Duration.ofMillis(1)) < 0) {
            settings.refuse("every", "at least 1ms");
        } else if (every.isPresent()) {
            alerting = alerting.every(every.get());
        }
        if (queue.isPresent()) {
            alerting = alerting.withQueueIn(queue.get());
        }
        return new AlertSettings(withSilences(withChannels(alerting)), onRecords);
    }

    /** All default rules but those that are switched off, with what is changed of them. */
    private List<MetricRule> defaults() {
        List<MetricRule> all = DefaultRules.all();
        if (!settings.has("defaults")) {
            return all;
        }
        if (!settings.isGroup("defaults")) {
            return settings.flag("defaults").orElse(false) ? all : List.of();
        }
        Settings changes = settings.group("defaults").orElseThrow();
        List<MetricRule> rules = new ArrayList<>();
        for (MetricRule rule : all) {
            if (changes.isGroup(rule.name())) {
                changes.group(rule.name()).ifPresent(change -> rules.add(RuleReader.changed(rule, change)));
            } else if (changes.flag(rule.name()).orElse(true)) {
                rules.add(rule);
            }
        }
        return rules;
    }

    private List<MetricRule> onMeters() {
        Set<String> taken = new HashSet<>();
        DefaultRules.all().forEach(rule -> taken.add(rule.name()));
        List<MetricRule> rules = new ArrayList<>();
        each(settings, "metrics", (name, rule) -> {
            Optional<String> meter = rule.text("meter");
            if (meter.isEmpty()) {
                rule.refuse("meter", "the name of a meter, such as datastream.commit.duration");
            }
            Optional<Duration> growth = RuleReader.positive(rule, "growth-in");
            Optional<AlertRule<Sample>> judge = RuleReader.ofNumber(name, rule, Sample::value);
            if (taken.contains(name)) {
                rule.refuse("meter", "a rule with a name of its own; to change " + name + ", name it below defaults");
            } else if (meter.isPresent() && judge.isPresent()) {
                Reader reader = Readers.meter(meter.get());
                rules.add(MetricRule.of(
                        judge.get(), growth.isPresent() ? Readers.increase(reader, growth.get()) : reader));
            }
        });
        return rules;
    }

    private Map<String, List<AlertRule<?>>> onRecords() {
        Map<String, List<AlertRule<?>>> rules = new HashMap<>();
        Optional<Settings> data = settings.has("data") ? settings.group("data") : Optional.empty();
        for (RecordFields<?> fields : records.values()) {
            data.ifPresent(all -> {
                List<AlertRule<?>> ofFields = new ArrayList<>();
                each(
                        all,
                        fields.name(),
                        (name, rule) -> RuleReader.ofRecords(name, rule, fields).ifPresent(ofFields::add));
                rules.put(fields.name(), ofFields);
            });
        }
        return rules;
    }

    private Alerting withChannels(Alerting alerting) {
        List<AlertChannel> found = new ArrayList<>();
        List<Route> routes = new ArrayList<>();
        each(settings, "channels", (name, channel) -> {
            String kind = channel.text("kind").orElse(name);
            AlertFormat.ChannelReader reader = channels.get(kind);
            Route route = route(channel);
            if (reader == null) {
                List<String> kinds = channels.keySet().stream().sorted().toList();
                channel.refuse("kind", "one of " + String.join(", ", kinds));
                channel.names().forEach(channel::has); // which nobody knows here
                return;
            }
            reader.read(name, channel).ifPresent(made -> {
                found.add(made);
                routes.add(route);
            });
        });
        Alerting with = alerting;
        for (int i = 0; i < found.size(); i++) {
            try {
                with = with.deliverTo(found.get(i), routes.get(i));
            } catch (IllegalArgumentException refused) {
                String name = found.get(i).name();
                settings.group("channels").ifPresent(group -> group.refuse(name, RuleReader.expected(refused)));
            }
        }
        return with;
    }

    private static Route route(Settings channel) {
        Route route = Route.all();
        Optional<Settings> only = channel.has("only") ? channel.group("only") : Optional.empty();
        if (only.isPresent()) {
            Settings which = only.get();
            route = route.atLeast(which.choice("severity", Severity.class).orElse(Severity.INFO))
                    .ofRules(Set.copyOf(which.texts("rules")))
                    .ofPipelines(Set.copyOf(which.texts("pipelines")));
        }
        Optional<Duration> after = RuleReader.positive(channel, "after");
        Optional<Duration> together = RuleReader.positive(channel, "together");
        if (together.isPresent() && together.get().compareTo(Duration.ofDays(1)) > 0) {
            channel.refuse("together", "at most 1d");
            together = Optional.empty();
        }
        return route.after(after.orElse(Duration.ZERO)).together(together.orElse(Duration.ZERO));
    }

    private Alerting withSilences(Alerting alerting) {
        Alerting with = alerting;
        for (Settings silence : settings.groups("silences")) {
            Predicate<Alert> which = which(silence);
            Optional<Instant> from = instant(silence, "from");
            Optional<Instant> until = instant(silence, "until");
            if (until.isEmpty()) {
                silence.refuse("until", "when it ends, such as 2026-01-31T18:00:00Z");
                continue;
            }
            Instant begin = from.orElse(Instant.MIN);
            Instant end = until.get();
            if (!begin.isBefore(end)) {
                silence.refuse("until", "a time after " + begin + ", where it begins");
            }
            with = with.silencing(which, now -> !now.isBefore(begin) && now.isBefore(end));
        }
        for (Settings window : settings.groups("maintenance")) {
            Predicate<Alert> which = which(window);
            Optional<Recurrence> when = recurrence(window);
            if (when.isPresent()) {
                with = with.silencing(which, when.get());
            }
        }
        return with;
    }

    private static Predicate<Alert> which(Settings silence) {
        Set<String> rules = Set.copyOf(silence.texts("rules"));
        Set<String> pipelines = Set.copyOf(silence.texts("pipelines"));
        Set<String> series = Set.copyOf(silence.texts("series"));
        return alert -> (rules.isEmpty() || rules.contains(alert.rule()))
                && (pipelines.isEmpty() || pipelines.contains(alert.pipeline()))
                && (series.isEmpty() || (alert.series() != null && series.contains(alert.series())));
    }

    private static Optional<Instant> instant(Settings silence, String name) {
        return parsed(
                silence,
                name,
                text -> OffsetDateTime.parse(text).toInstant(),
                "a time with its offset, such as 2026-01-31T18:00:00Z");
    }

    private static Optional<Recurrence> recurrence(Settings window) {
        Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        for (String day : window.texts("days")) {
            try {
                days.add(DayOfWeek.valueOf(day.toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException unknown) {
                window.refuse("days", "days of the week, such as [saturday, sunday]");
            }
        }
        Optional<LocalTime> at = parsed(window, "at", LocalTime::parse, "a time of the day, such as 02:00");
        Optional<ZoneId> zone = parsed(window, "zone", ZoneId::of, "a time zone, such as Europe/Paris");
        Optional<Duration> duration = RuleReader.required(window, "for");
        if (at.isEmpty()) {
            window.refuse("at", "a time of the day, such as 02:00");
        }
        if (zone.isEmpty()) {
            window.refuse("zone", "a time zone, such as Europe/Paris");
        }
        if (duration.isPresent() && duration.get().compareTo(Recurrence.LONGEST) > 0) {
            window.refuse("for", "at most 7d");
            return Optional.empty();
        }
        return at.isEmpty() || zone.isEmpty() || duration.isEmpty()
                ? Optional.empty()
                : Optional.of(new Recurrence(
                        days.isEmpty() ? EnumSet.allOf(DayOfWeek.class) : days, at.get(), duration.get(), zone.get()));
    }

    private static <T> Optional<T> parsed(
            Settings settings, String name, Function<String, ? extends T> parser, String expected) {
        Optional<String> text = settings.text(name);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(parser.apply(text.get()));
        } catch (DateTimeException | InvalidPathException malformed) {
            settings.refuse(name, expected);
            return Optional.empty();
        }
    }

    /** Takes a group below its name. */
    private interface Member {
        void read(String name, Settings settings);
    }

    private static void each(Settings settings, String name, Member member) {
        if (!settings.has(name)) {
            return;
        }
        settings.group(name).ifPresent(group -> {
            for (String one : group.names()) {
                if (one.isBlank()) {
                    group.refuse(one, "a name before the colon");
                } else {
                    group.group(one).ifPresent(found -> member.read(one, found));
                }
            }
        });
    }
}
