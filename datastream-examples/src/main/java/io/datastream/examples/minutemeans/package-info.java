/** The program of the quick start: {@code MinuteMeans}. */
@NullMarked
package io.datastream.examples.minutemeans;

import org.jspecify.annotations.NullMarked;
