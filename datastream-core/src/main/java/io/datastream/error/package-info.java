/**
 * What happens to records that fail or come too late: start with {@link io.datastream.error.ErrorPolicy}.
 */
@NullMarked
package io.datastream.error;

import org.jspecify.annotations.NullMarked;
