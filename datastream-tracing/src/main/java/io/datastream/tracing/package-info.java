/** Records followed from topic to topic by OpenTelemetry; start with {@link io.datastream.tracing.OpenTelemetryTracing}. */
@NullMarked
package io.datastream.tracing;

import org.jspecify.annotations.NullMarked;
