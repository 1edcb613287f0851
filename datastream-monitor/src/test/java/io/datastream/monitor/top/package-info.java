/** Tests of the view for terminals. */
@NullMarked
package io.datastream.monitor.top;

import org.jspecify.annotations.NullMarked;
