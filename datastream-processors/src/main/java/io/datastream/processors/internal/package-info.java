/**
 * Windows of numbers and running statistics that the operators share. Not for users: start with the packages beside it.
 */
@NullMarked
package io.datastream.processors.internal;

import org.jspecify.annotations.NullMarked;
