/** Tests of the JSON codec. */
@NullMarked
package io.datastream.formats.json;

import org.jspecify.annotations.NullMarked;
