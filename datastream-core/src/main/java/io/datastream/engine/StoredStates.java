package io.datastream.engine;

import io.datastream.error.Masking;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Checks of stored state. */
final class StoredStates {
    private StoredStates() {}

    static void checkVersion(String step, int stored, int known) {
        if (stored > known) {
            throw new IllegalStateException("state of step \"" + step + "\": version " + stored + " (expected: at most "
                    + known + "; it was written by a newer version of the program)");
        }
    }

    /** What is thrown where state cannot be written; it tells nothing that is masked in the state. */
    static RuntimeException unwritable(String step, Exception error, Object state) {
        String message = "step \"" + step + "\": state cannot be written";
        Exception told = Masking.failed(error, state);
        return told instanceof IOException io
                ? new UncheckedIOException(message, io)
                : new IllegalStateException(message, told);
    }
}
