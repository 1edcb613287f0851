package io.datastream.monitor;

import org.jspecify.annotations.Nullable;

/**
 * What the JVM uses.
 *
 * @param heapUsed bytes
 * @param heapMax bytes; -1 for no limit
 * @param gcCount collections since the start
 * @param gcMillis time they took
 * @param cpu share of its processors that the JVM used since the look before, from 0 to 1; left out where it is not known
 * @param processors that the JVM may use
 * @param threads that live
 * @param uptimeMillis since the start
 * @param java version
 */
record Resources(
        long heapUsed,
        long heapMax,
        long gcCount,
        long gcMillis,
        @Nullable Double cpu,
        int processors,
        int threads,
        long uptimeMillis,
        String java) {}
