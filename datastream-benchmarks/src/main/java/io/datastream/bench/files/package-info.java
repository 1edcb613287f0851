/** What reading files costs: {@link io.datastream.bench.files.FileSourceSpeed}. */
@NullMarked
package io.datastream.bench.files;

import org.jspecify.annotations.NullMarked;
