package io.datastream.formats.avro;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.xerial.snappy.Snappy;

/**
 * Compresses the blocks of a file, and uncompresses them up to a bound: Avro's own codecs have one for the whole process
 * only, and cannot be reached.
 */
final class AvroBlocks {
    private static final int CRC_BYTES = Integer.BYTES;
    private static final boolean NO_ZLIB_HEADER = true;

    private AvroBlocks() {}

    static AvroOutput compress(AvroCompression compression, AvroOutput block) throws IOException {
        if (compression == AvroCompression.NONE) {
            return block;
        }
        AvroOutput compressed = new AvroOutput(block.size() / 2 + 64);
        switch (compression) {
            case DEFLATE -> {
                Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, NO_ZLIB_HEADER);
                try (OutputStream out = new DeflaterOutputStream(compressed, deflater)) {
                    out.write(block.array(), 0, block.size());
                } finally {
                    deflater.end();
                }
            }
            case SNAPPY -> {
                byte[] bytes = new byte[Snappy.maxCompressedLength(block.size())];
                compressed.write(bytes, 0, Snappy.compress(block.array(), 0, block.size(), bytes, 0));
                byte[] crc = ByteBuffer.allocate(CRC_BYTES)
                        .putInt(crc(block.array(), block.size()))
                        .array();
                compressed.write(crc, 0, CRC_BYTES);
            }
            case ZSTANDARD -> {
                try (OutputStream out = new ZstdOutputStreamNoFinalizer(compressed).setChecksum(true)) {
                    out.write(block.array(), 0, block.size());
                }
            }
            case BZIP2 -> {
                try (OutputStream out = new BZip2CompressorOutputStream(compressed)) {
                    out.write(block.array(), 0, block.size());
                }
            }
            case NONE -> throw new IllegalStateException("compress: without compression (expected: never)");
        }
        return compressed;
    }

    private static int crc(byte[] bytes, int size) {
        CRC32 crc = new CRC32();
        crc.update(bytes, 0, size);
        return (int) crc.getValue();
    }

    /** The bytes of a block; at most {@code max} of them. */
    static byte[] uncompress(AvroCompression compression, byte[] block, int max) throws IOException {
        return switch (compression) {
            case NONE -> block;
            case SNAPPY -> snappy(block, max);
            case DEFLATE -> {
                Inflater inflater = new Inflater(NO_ZLIB_HEADER);
                try (InputStream in = new InflaterInputStream(new ByteArrayInputStream(block), inflater)) {
                    yield readAll(in, max);
                } finally {
                    inflater.end();
                }
            }
            case ZSTANDARD -> {
                try (InputStream in = new ZstdInputStreamNoFinalizer(new ByteArrayInputStream(block))) {
                    yield readAll(in, max);
                }
            }
            case BZIP2 -> {
                try (InputStream in = new BZip2CompressorInputStream(new ByteArrayInputStream(block))) {
                    yield readAll(in, max);
                }
            }
        };
    }

    private static byte[] snappy(byte[] block, int max) throws IOException {
        int compressed = block.length - CRC_BYTES;
        if (compressed <= 0) {
            throw new IOException(block.length + " bytes (expected: more than the checksum)");
        }
        int length = Snappy.uncompressedLength(block, 0, compressed);
        // a byte of Snappy's format stands for 64 at most
        if (length < 0 || length > max || length > 64L * compressed) {
            throw tooLarge(length, max);
        }
        byte[] bytes = new byte[length];
        Snappy.uncompress(block, 0, compressed, bytes, 0);
        int expected = ByteBuffer.wrap(block).getInt(compressed);
        if (crc(bytes, bytes.length) != expected) {
            throw new IOException("a wrong checksum (expected: that of its bytes)");
        }
        return bytes;
    }

    private static byte[] readAll(InputStream in, int max) throws IOException {
        byte[] bytes = in.readNBytes(max == Integer.MAX_VALUE ? max : max + 1);
        if (bytes.length > max) {
            throw tooLarge(bytes.length, max);
        }
        return bytes;
    }

    private static IOException tooLarge(long length, int max) {
        return new IOException(
                length + " or more bytes uncompressed (expected: at most " + max + "; see withMaxBlockBytes)");
    }
}
