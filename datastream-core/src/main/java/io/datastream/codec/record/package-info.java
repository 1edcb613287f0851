/**
 * How a record class looks to a format that has a schema, such as Avro or Parquet: for those who write one. Open
 * {@link io.datastream.codec.record.RecordShape} first. Users need {@link io.datastream.codec.record.Decimal} only.
 */
@NullMarked
package io.datastream.codec.record;

import org.jspecify.annotations.NullMarked;
