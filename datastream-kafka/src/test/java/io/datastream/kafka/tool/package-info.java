/** Tests of the command line. */
@NullMarked
package io.datastream.kafka.tool;

import org.jspecify.annotations.NullMarked;
