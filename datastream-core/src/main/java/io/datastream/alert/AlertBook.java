package io.datastream.alert;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong now, and what was: a view for pages and programs. Each call gives a snapshot. Safe for use by several
 * threads; never waits for a channel.
 */
public interface AlertBook {
    /** The latest alert of each episode that goes on: the most severe first, and of these the oldest episode first. */
    List<Alert> active();

    /** The latest alerts of all episodes, the newest first. Bounded: the oldest are dropped. */
    List<Alert> history();

    /** How delivery goes, for each channel in the order in which they were given; empty if there is none. */
    default List<ChannelStatus> channels() {
        return List.of();
    }

    /** A book without alerts. */
    static AlertBook empty() {
        return new AlertBook() {
            @Override
            public List<Alert> active() {
                return List.of();
            }

            @Override
            public List<Alert> history() {
                return List.of();
            }
        };
    }

    /**
     * How delivery over a channel goes.
     *
     * @param channel its name
     * @param waiting notices that are not delivered yet
     * @param delivered notices delivered since the start
     * @param lost notices given up since the start: refused for good, too old, or more than could be kept
     * @param lastError why the last try failed; null if it did not
     */
    record ChannelStatus(
            String channel,
            long waiting,
            long delivered,
            long lost,
            @Nullable String lastError) {}
}
