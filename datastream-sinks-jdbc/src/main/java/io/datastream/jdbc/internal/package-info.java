/** What drivers must be able to load. Nothing here is for users. */
@NullMarked
package io.datastream.jdbc.internal;

import org.jspecify.annotations.NullMarked;
