package io.datastream.topic;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An in-process broker: topics that live as long as this object, in memory. Safe for use by several threads.
 *
 * <p>It keeps every record, so it is meant for tests, examples and programs whose topics stay small.
 */
public final class Topics {
    /** Partitions of a topic that is made by its first use. */
    public static final int DEFAULT_PARTITIONS = 1;

    private final ConcurrentHashMap<String, Topic> topics = new ConcurrentHashMap<>();

    /** A broker without topics. */
    public Topics() {}

    /**
     * Makes a topic.
     *
     * @throws IllegalStateException if there is one of this name
     */
    public Topic create(String name, int partitions) {
        Topic topic = new Topic(name, partitions);
        if (topics.putIfAbsent(name, topic) != null) {
            throw new IllegalStateException("topic " + name + ": exists (expected: a new name)");
        }
        return topic;
    }

    /** The topic of this name, made with {@link #DEFAULT_PARTITIONS} if there is none. */
    public Topic topic(String name) {
        return topics.computeIfAbsent(name, any -> new Topic(any, DEFAULT_PARTITIONS));
    }

    /** The topic of this name, if there is one. */
    public Optional<Topic> find(String name) {
        return Optional.ofNullable(topics.get(name));
    }

    /** The names of all topics, sorted. */
    public List<String> names() {
        return List.copyOf(new TreeSet<>(topics.keySet()));
    }
}
