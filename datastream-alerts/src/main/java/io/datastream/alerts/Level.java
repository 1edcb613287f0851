package io.datastream.alerts;

/** What a record says of the condition of a rule. */
enum Level {
    /** Nothing: what was so stays so. */
    SILENT,
    /** All is well. */
    FINE,
    /** The condition holds. */
    BAD,
    /** The condition holds, and the further limit is passed. */
    WORSE,
    /** What was bad is over, and time runs anew from here. */
    FINE_AND_ANEW
}
