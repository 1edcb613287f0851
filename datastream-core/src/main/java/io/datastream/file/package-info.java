/** Files that do not lie on a local disk: {@link io.datastream.file.FileStore}. */
@NullMarked
package io.datastream.file;

import org.jspecify.annotations.NullMarked;
