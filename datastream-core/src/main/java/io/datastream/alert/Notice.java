package io.datastream.alert;

import java.security.MessageDigest;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One message to people: an alert, or several that came together.
 *
 * @param id tells this notice from all others, and is the same when it is delivered again
 * @param alerts at least one; of one rule and pipeline, unless whoever delivers puts more together
 */
public record Notice(String id, List<Alert> alerts) {
    /** Copies the list. */
    public Notice {
        alerts = List.copyOf(alerts);
        if (alerts.isEmpty()) {
            throw new IllegalArgumentException("alerts: none (expected: at least one)");
        }
    }

    /** A notice of one alert, with the alert's id. */
    public static Notice of(Alert alert) {
        return new Notice(alert.id(), List.of(alert));
    }

    /** A notice of these alerts, with an id that depends on theirs alone. */
    public static Notice of(List<Alert> alerts) {
        if (alerts.size() == 1) {
            return of(alerts.get(0));
        }
        MessageDigest digest = Alert.sha256();
        alerts.forEach(alert -> Alert.add(digest, alert.id()));
        return new Notice(Alert.firstDigits(digest), alerts);
    }

    /** A notice of the alerts of all of these, at least one. */
    public static Notice together(List<Notice> notices) {
        return of(notices.stream().flatMap(notice -> notice.alerts().stream()).toList());
    }

    /** The most severe of its alerts' severities. */
    public Severity severity() {
        return alerts.stream().map(Alert::severity).max(Severity::compareTo).orElseThrow();
    }

    /** One line: that of its alert, or of the first one and how many more there are. Safe for a header of a message. */
    public String headline() {
        String first = alerts.get(0).headline();
        return alerts.size() == 1 ? first : first + " and " + (alerts.size() - 1) + " more";
    }

    /** All that its alerts say; a blank line between two. */
    public String text() {
        return alerts.stream().map(Alert::text).collect(Collectors.joining("\n\n"));
    }
}
