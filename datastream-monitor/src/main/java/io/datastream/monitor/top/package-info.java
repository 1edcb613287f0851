/** A view of running pipelines for terminals. Open {@link io.datastream.monitor.top.MonitorTop}. */
@NullMarked
package io.datastream.monitor.top;

import org.jspecify.annotations.NullMarked;
