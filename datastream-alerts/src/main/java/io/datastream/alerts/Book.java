package io.datastream.alerts;

import io.datastream.alert.Alert;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What is known of all episodes, and which of them people have been told of. Not safe for use by several threads. */
final class Book {
    /** How many alerts, and ids of episodes that are over, are kept. */
    static final int MOST = 1_000;

    private final Map<String, Alert> active = new LinkedHashMap<>();
    /** Of the episodes that go on, in the order in which they began. */
    private final Set<String> untold = new LinkedHashSet<>();

    private final Set<String> over = new LinkedHashSet<>();
    private final ArrayDeque<Alert> history = new ArrayDeque<>();

    /** Whether the alert is news. One that was seen before, or is older than the last of its episode, is not. */
    boolean add(Alert alert) {
        Alert last = active.get(alert.episode());
        if (over.contains(alert.episode()) || (last != null && alert.number() <= last.number())) {
            return false;
        }
        history.addFirst(alert);
        if (history.size() > MOST) {
            history.removeLast();
        }
        if (alert.state().isActive()) {
            if (active.put(alert.episode(), alert) == null) {
                untold.add(alert.episode());
            }
            return true;
        }
        active.remove(alert.episode());
        untold.remove(alert.episode());
        over.add(alert.episode());
        if (over.size() > MOST) {
            Iterator<String> oldest = over.iterator();
            oldest.next();
            oldest.remove();
        }
        return true;
    }

    /** Notes that people are told of an episode. */
    void tell(Alert alert) {
        untold.remove(alert.episode());
    }

    /** Whether an episode goes on. */
    boolean isActive(String episode) {
        return active.containsKey(episode);
    }

    /** Whether people are told of an episode that goes on. */
    boolean isTold(String episode) {
        return isActive(episode) && !untold.contains(episode);
    }

    /** The latest alert of each episode that goes on and that nobody was told of. */
    List<Alert> untold() {
        return untold.stream().map(active::get).toList();
    }

    List<Alert> active() {
        List<Alert> sorted = new ArrayList<>(active.values());
        sorted.sort(Comparator.comparing(Alert::severity)
                .reversed()
                .thenComparing(Alert::since)
                .thenComparing(Alert::episode));
        return List.copyOf(sorted);
    }

    List<Alert> history() {
        return List.copyOf(history);
    }
}
