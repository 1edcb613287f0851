package io.datastream.testkit;

/** A row on its way to a keyed stage. */
record Row(int port, int origin, long offset, long time, long behind, Object key, Object value) {}
