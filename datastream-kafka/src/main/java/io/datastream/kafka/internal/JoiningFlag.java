package io.datastream.kafka.internal;

/** Whether a worker's consumer is joining its group: then the generation changes, and a commit would be fenced. */
public final class JoiningFlag {
    private volatile boolean joining;

    /** A flag that is not set. */
    public JoiningFlag() {}

    /** Whether the group is being joined. */
    public boolean isJoining() {
        return joining;
    }

    /** Sets the flag. */
    public void set(boolean isJoining) {
        joining = isJoining;
    }
}
