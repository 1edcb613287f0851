package io.datastream.engine;

/** Checks of stored state. */
final class StoredStates {
    private StoredStates() {}

    static void checkVersion(String step, int stored, int known) {
        if (stored > known) {
            throw new IllegalStateException("state of step \"" + step + "\": version " + stored + " (expected: at most "
                    + known + "; it was written by a newer version of the program)");
        }
    }
}
