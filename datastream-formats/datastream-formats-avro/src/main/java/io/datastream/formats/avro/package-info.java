/** Records as Avro: open {@code AvroCodec} for single records, {@code AvroFormat} for files. */
@NullMarked
package io.datastream.formats.avro;

import org.jspecify.annotations.NullMarked;
