package io.datastream.formats.avro;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.apache.avro.Schema;

/** What writers and readers of container files agree on. */
final class AvroFiles {
    static final String SCHEMA = "avro.schema";
    static final String CODEC = "avro.codec";
    static final int SYNC_BYTES = 16;

    private static final byte[] MAGIC = {'O', 'b', 'j', 1};

    private AvroFiles() {}

    static byte[] magic() {
        return MAGIC.clone();
    }

    /**
     * What stands between the blocks: by schema and compression instead of by chance, so that blocks can be appended without
     * reading the file, the same records give the same file, and blocks of another schema are noticed.
     */
    static byte[] sync(Schema schema, AvroCompression compression) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((compression.codec() + " " + schema).getBytes(StandardCharsets.UTF_8));
            return Arrays.copyOf(digest.digest(), SYNC_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256: missing (expected: in every JDK)", e);
        }
    }
}
