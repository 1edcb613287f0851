/** Metrics of services by HTTP push to PostgreSQL, with alerts: {@code ServiceMetrics}. */
@NullMarked
package io.datastream.examples.servicemetrics;

import org.jspecify.annotations.NullMarked;
