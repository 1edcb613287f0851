/**
 * Rules that raise alerts. Open {@link io.datastream.alerts.AlertRule} first.
 */
@NullMarked
package io.datastream.alerts;

import org.jspecify.annotations.NullMarked;
