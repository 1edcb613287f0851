package io.datastream.alerts;

import io.datastream.alert.Alert;
import io.datastream.alert.Notice;
import io.datastream.alert.Severity;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** A channel with what it is for, and the episodes that go on of which it was told. Not safe for use by several threads. */
final class Target {
    /** How many alerts a notice has at most. */
    static final int MOST_TOGETHER = 20;

    private final Outbox outbox;
    private final Route route;
    /** By episode: the highest severity that was told. */
    private final Map<String, Severity> told = new HashMap<>();

    /** Episodes of which it may have been told just before a crash. */
    private final Set<String> unsure = new HashSet<>();

    Target(Outbox outbox, Route route) {
        this.outbox = outbox;
        this.route = route;
    }

    Outbox outbox() {
        return outbox;
    }

    boolean isTold(String episode) {
        return told.containsKey(episode);
    }

    /** Notes an episode of which it was told before the program was started. */
    void restore(Alert last) {
        told.put(last.episode(), last.severity());
    }

    /** Notes an episode of which it may have been told just before a crash: it is told again, or of the end. */
    void restoreUnsure(String episode) {
        unsure.add(episode);
    }

    /**
     * Hands over what there is to tell: the news, and of what goes on that which was not told yet, or not how severe it is.
     *
     * @param news alerts that were not there before, in their order
     * @param goingOn the episodes to look at
     * @param silenced whether nothing is to be told of an alert now
     */
    void tell(List<Book.News> news, Collection<Book.Episode> goingOn, Predicate<Alert> silenced, Instant now) {
        List<Alert> alerts = new ArrayList<>();
        for (Book.News one : news) {
            Alert alert = one.alert();
            boolean isTime = one.isOfKnownEpisode() || alert.state().isActive()
                    ? isTime(one.since(), now)
                    : alert.lasting().compareTo(route.after()) >= 0; // it was told before the program was started
            boolean wanted = route.isFor(alert) && isTime && !silenced.test(alert);
            if (alert.state().isActive()) {
                if (wanted) {
                    told.put(alert.episode(), alert.severity());
                    alerts.add(alert);
                }
            } else {
                boolean mayBeTold = unsure.remove(alert.episode()) || !one.isOfKnownEpisode();
                if (told.remove(alert.episode()) != null || (mayBeTold && wanted)) {
                    alerts.add(alert);
                }
            }
        }
        for (Book.Episode episode : goingOn) {
            Alert last = episode.last();
            if (!isTold(last) && route.isFor(last) && isTime(episode.since(), now) && !silenced.test(last)) {
                told.put(last.episode(), last.severity());
                alerts.add(last);
            }
        }
        notices(alerts).forEach(outbox::add);
    }

    private boolean isTold(Alert alert) {
        Severity before = told.get(alert.episode());
        return before != null && before.compareTo(alert.severity()) >= 0;
    }

    private boolean isTime(Instant since, Instant now) {
        return !now.isBefore(since.plus(route.after()));
    }

    /** Those of a rule, pipeline and state together, up to a number; those of an episode stay in their order. */
    private static List<Notice> notices(List<Alert> alerts) {
        List<Notice> notices = new ArrayList<>();
        Map<List<Object>, List<Alert>> groups = new LinkedHashMap<>();
        Set<String> episodes = new HashSet<>();
        for (Alert alert : alerts) {
            if (!episodes.add(alert.episode())) {
                flush(groups, notices);
                episodes.clear();
                episodes.add(alert.episode());
            }
            groups.computeIfAbsent(List.of(alert.rule(), alert.pipeline(), alert.state()), any -> new ArrayList<>())
                    .add(alert);
        }
        flush(groups, notices);
        return notices;
    }

    private static void flush(Map<List<Object>, List<Alert>> groups, List<Notice> notices) {
        for (List<Alert> group : groups.values()) {
            for (int from = 0; from < group.size(); from += MOST_TOGETHER) {
                notices.add(Notice.of(group.subList(from, Math.min(from + MOST_TOGETHER, group.size()))));
            }
        }
        groups.clear();
    }
}
