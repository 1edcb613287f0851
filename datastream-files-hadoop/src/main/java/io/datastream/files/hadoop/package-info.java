/** Files on the file systems of Hadoop: {@link io.datastream.files.hadoop.HadoopFileStore}. */
@NullMarked
package io.datastream.files.hadoop;

import org.jspecify.annotations.NullMarked;
