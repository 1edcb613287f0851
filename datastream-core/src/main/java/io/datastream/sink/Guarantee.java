package io.datastream.sink;

/** What becomes of a result when a pipeline crashes and goes on from its last commit. */
public enum Guarantee {
    /** It is there once. */
    EXACTLY_ONCE,
    /** It may be written again with the same key and content, which changes nothing. */
    EFFECTIVELY_ONCE,
    /** It may be there twice. */
    AT_LEAST_ONCE
}
