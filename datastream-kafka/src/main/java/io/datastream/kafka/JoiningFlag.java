package io.datastream.kafka;

/** Whether a worker's consumer is joining its group: then the generation changes, and a commit would be fenced. */
final class JoiningFlag {
    private volatile boolean joining;

    boolean isJoining() {
        return joining;
    }

    void set(boolean isJoining) {
        joining = isJoining;
    }
}
