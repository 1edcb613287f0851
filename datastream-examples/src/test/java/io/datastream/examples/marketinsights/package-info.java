/** Tests of the main example against slow models and real servers. */
@NullMarked
package io.datastream.examples.marketinsights;

import org.jspecify.annotations.NullMarked;
