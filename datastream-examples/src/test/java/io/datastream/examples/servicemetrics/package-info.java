/** Tests of the example service-metrics. */
@NullMarked
package io.datastream.examples.servicemetrics;

import org.jspecify.annotations.NullMarked;
