package io.datastream.alert;

/** What an alert tells of its episode. */
public enum AlertState {
    /** The episode begins. The first alert of each, and only the first. */
    RAISED,
    /** It goes on; a reminder. */
    HELD,
    /** It goes on and has become worse: a further limit is passed, or it has lasted too long. */
    WORSENED,
    /** It is over. The last alert of an episode. */
    CLEARED;

    /** Whether the episode goes on. */
    public boolean isActive() {
        return this != CLEARED;
    }
}
