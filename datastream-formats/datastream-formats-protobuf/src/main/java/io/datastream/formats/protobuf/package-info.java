/** Protobuf messages as records. Open {@code ProtobufCodec} first. */
@NullMarked
package io.datastream.formats.protobuf;

import org.jspecify.annotations.NullMarked;
