/**
 * The definition of pipelines: start with {@link io.datastream.Pipeline#from}. The shortest programs start with
 * {@link io.datastream.DataStream}.
 */
@NullMarked
package io.datastream;

import org.jspecify.annotations.NullMarked;
