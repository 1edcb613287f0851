/** Records as JSON. Open {@code JsonCodec} first. */
@NullMarked
package io.datastream.formats.json;

import org.jspecify.annotations.NullMarked;
