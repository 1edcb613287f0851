package io.datastream.source.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The first bytes of a file's content, by which it is recognized under another name.
 *
 * @param length how many there are
 * @param hash the first eight bytes of their SHA-256
 */
record Head(int length, long hash) {
    static Head of(InputStream content, int longest) throws IOException {
        byte[] bytes = content.readNBytes(longest);
        return of(bytes, bytes.length);
    }

    static Head of(byte[] bytes, int length) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes, 0, length);
            return new Head(length, ByteBuffer.wrap(digest.digest()).getLong());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
