package io.datastream.file;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;

/**
 * Uncompresses files of some kind, such as {@code ZstdInputStream::new} of {@code zstd-jni} does. Gzip needs none.
 *
 * <p>The stream must tell a file that ends too early by an {@link IOException}, or what is missing of it would be lost without
 * a word.
 */
@FunctionalInterface
public interface Uncompressor extends Serializable {
    /**
     * The content of a file.
     *
     * @param compressed the file from its beginning; closed with the content
     */
    InputStream open(InputStream compressed) throws IOException;
}
