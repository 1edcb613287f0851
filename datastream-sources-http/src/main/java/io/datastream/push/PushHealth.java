package io.datastream.push;

import io.datastream.log.LogStatus;
import java.util.Map;

/**
 * How a server is.
 *
 * @param running whether it takes requests
 * @param busy requests of which the headers are read and that are worked at
 * @param waiting requests that wait for a thread
 * @param records that were kept since the start
 * @param answers how often each status was answered
 * @param overtime connections that were closed because they took too long
 * @param refused connections that were closed because too many were waiting
 * @param logs the logs, by path of the route
 */
public record PushHealth(
        boolean running,
        int busy,
        int waiting,
        long records,
        Map<Integer, Long> answers,
        long overtime,
        long refused,
        Map<String, LogStatus> logs) {
    /** Copies the maps. */
    public PushHealth {
        answers = Map.copyOf(answers);
        logs = Map.copyOf(logs);
    }

    /** Whether it takes requests, and each log has kept the last batch it was given. */
    public boolean isHealthy() {
        return running && logs.values().stream().allMatch(log -> log.failure() == null);
    }
}
