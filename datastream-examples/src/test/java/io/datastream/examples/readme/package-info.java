/** The code of the README, compiled and run. */
@NullMarked
package io.datastream.examples.readme;

import org.jspecify.annotations.NullMarked;
