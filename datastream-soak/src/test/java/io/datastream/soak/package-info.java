/** Tests of the soak run, and a short one. */
@NullMarked
package io.datastream.soak;

import org.jspecify.annotations.NullMarked;
