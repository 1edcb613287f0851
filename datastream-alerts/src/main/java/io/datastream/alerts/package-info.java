/**
 * Rules that raise alerts, and their delivery. Open {@link io.datastream.alerts.AlertRule} first, which is for data;
 * {@link io.datastream.alerts.Alerting} is for running pipelines, and delivers both.
 */
@NullMarked
package io.datastream.alerts;

import org.jspecify.annotations.NullMarked;
