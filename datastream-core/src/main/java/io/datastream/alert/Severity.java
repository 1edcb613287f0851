package io.datastream.alert;

/** How much an alert matters, the least first. */
public enum Severity {
    /** Good to know; nobody needs to act. */
    INFO,
    /** Somebody should look at it today. */
    WARNING,
    /** Somebody should look at it now. */
    CRITICAL
}
