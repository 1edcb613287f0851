/** What it costs to be looked at. */
@NullMarked
package io.datastream.bench.monitor;

import org.jspecify.annotations.NullMarked;
