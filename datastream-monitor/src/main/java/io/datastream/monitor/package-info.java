/**
 * A page that shows what pipelines do and why nothing comes out of them, with the same facts as JSON and for Prometheus.
 * Open {@link io.datastream.monitor.Monitor} first.
 */
@NullMarked
package io.datastream.monitor;

import org.jspecify.annotations.NullMarked;
