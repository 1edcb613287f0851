/**
 * What a runtime asks of a tracer, so that records can be followed from topic to topic; start with {@link
 * io.datastream.trace.Tracing}. The module datastream-tracing implements it for OpenTelemetry.
 */
@NullMarked
package io.datastream.trace;

import org.jspecify.annotations.NullMarked;
