/**
 * Sources that follow folders: {@link io.datastream.source.file.FolderSource} for finished files that appear, {@link
 * io.datastream.source.file.TailSource} for lines of files that grow. In which order files were read is remembered in a journal, so
 * that reading again gives the same.
 */
@NullMarked
package io.datastream.source.file;

import org.jspecify.annotations.NullMarked;
