/** The shortest program: start with {@code DoubleNumbers}. */
@NullMarked
package io.datastream.examples.doublenumbers;

import org.jspecify.annotations.NullMarked;
