/** Tests of the fuzz program, and a short run of it. */
@NullMarked
package io.datastream.fuzz;

import org.jspecify.annotations.NullMarked;
