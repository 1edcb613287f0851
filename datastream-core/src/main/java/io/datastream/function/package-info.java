/**
 * The shapes of user functions: like those of {@code java.util.function}, but serializable and free to throw.
 */
@NullMarked
package io.datastream.function;

import org.jspecify.annotations.NullMarked;
