package io.datastream.formats.parquet;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import io.airlift.compress.lz4.Lz4Compressor;
import io.airlift.compress.lz4.Lz4Decompressor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.xerial.snappy.Snappy;

/**
 * Compresses and uncompresses pages without Hadoop, whose codecs would start its configuration, and up to a bound: the length
 * of an uncompressed page comes from the file.
 */
final class PageCodecs implements CompressionCodecFactory {
    private final int maxPageBytes;

    PageCodecs(int maxPageBytes) {
        this.maxPageBytes = maxPageBytes;
    }

    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName codec) {
        return new BytesInputCompressor() {
            @Override
            public BytesInput compress(BytesInput bytes) throws IOException {
                return codec == CompressionCodecName.UNCOMPRESSED
                        ? bytes
                        : BytesInput.from(PageCodecs.compress(codec, read(bytes)));
            }

            @Override
            public CompressionCodecName getCodecName() {
                return codec;
            }

            @Override
            public void release() {}
        };
    }

    private static byte[] read(BytesInput bytes) throws IOException {
        return bytes.toInputStream().readNBytes(Math.toIntExact(bytes.size()));
    }

    private static byte[] compress(CompressionCodecName codec, byte[] bytes) throws IOException {
        return switch (codec) {
            case SNAPPY -> Snappy.compress(bytes);
            case ZSTD -> Zstd.compress(bytes);
            case GZIP -> {
                ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length / 2 + 64);
                try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
                    gzip.write(bytes);
                }
                yield out.toByteArray();
            }
            case LZ4_RAW -> {
                Lz4Compressor compressor = new Lz4Compressor();
                byte[] compressed = new byte[compressor.maxCompressedLength(bytes.length)];
                int length = compressor.compress(bytes, 0, bytes.length, compressed, 0, compressed.length);
                yield Arrays.copyOf(compressed, length);
            }
            default -> throw unknown(codec);
        };
    }

    private static IOException unknown(CompressionCodecName codec) {
        return new IOException(
                "compression " + codec + " (expected: UNCOMPRESSED, SNAPPY, GZIP, ZSTD, LZ4_RAW or LZ4)");
    }

    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
        return new BytesInputDecompressor() {
            @Override
            public BytesInput decompress(BytesInput bytes, int uncompressedSize) throws IOException {
                if (codec == CompressionCodecName.UNCOMPRESSED) {
                    return bytes;
                }
                return BytesInput.from(uncompress(codec, read(bytes), uncompressedSize));
            }

            @Override
            public void decompress(ByteBuffer input, int compressedSize, ByteBuffer output, int uncompressedSize)
                    throws IOException {
                byte[] bytes = new byte[Math.min(compressedSize, input.remaining())];
                input.get(bytes);
                output.put(
                        codec == CompressionCodecName.UNCOMPRESSED
                                ? bytes
                                : uncompress(codec, bytes, uncompressedSize));
            }

            @Override
            public void release() {}
        };
    }

    private byte[] uncompress(CompressionCodecName codec, byte[] bytes, int size) throws IOException {
        if (size < 0 || size > maxPageBytes) {
            throw new IOException("a page of " + size + " bytes uncompressed (expected: at most " + maxPageBytes
                    + "; see withMaxPageBytes)");
        }
        return switch (codec) {
            case SNAPPY -> {
                int length = Snappy.uncompressedLength(bytes, 0, bytes.length);
                checkSize(length, size);
                // a byte of Snappy's format stands for 64 at most
                if (size > 64L * bytes.length) {
                    throw new IOException(
                            size + " bytes out of " + bytes.length + " (expected: what Snappy can compress)");
                }
                byte[] page = new byte[size];
                Snappy.uncompress(bytes, 0, bytes.length, page, 0);
                yield page;
            }
            case GZIP -> {
                try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
                    yield readAll(in, size);
                }
            }
            case ZSTD -> {
                try (InputStream in = new ZstdInputStreamNoFinalizer(new ByteArrayInputStream(bytes))) {
                    yield readAll(in, size);
                }
            }
            case LZ4_RAW -> lz4(bytes, 0, bytes.length, size);
            case LZ4 -> framedLz4(bytes, size);
            default -> throw unknown(codec);
        };
    }

    /** As many bytes as there should be; memory is taken as they come, whatever the file says. */
    private static byte[] readAll(InputStream in, int size) throws IOException {
        byte[] page = in.readNBytes(size);
        checkSize(in.read() < 0 ? page.length : page.length + 1, size);
        return page;
    }

    private static void checkSize(int found, int expected) throws IOException {
        if (found != expected) {
            throw new IOException("a page of " + found + " or more bytes uncompressed (expected: " + expected
                    + ", as its header says)");
        }
    }

    private static byte[] lz4(byte[] bytes, int offset, int length, int size) throws IOException {
        // a byte of LZ4's format stands for 255 at most
        if (size > 255L * length + 64) {
            throw new IOException(size + " bytes out of " + length + " (expected: what LZ4 can compress)");
        }
        byte[] page = new byte[size];
        checkSize(new Lz4Decompressor().decompress(bytes, offset, length, page, 0, size), size);
        return page;
    }

    /** What older writers call LZ4: Hadoop's frames of lengths and blocks, or no frames at all. */
    private static byte[] framedLz4(byte[] bytes, int size) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        ByteArrayOutputStream page = new ByteArrayOutputStream();
        while (in.remaining() >= 2 * Integer.BYTES) {
            int uncompressed = in.getInt();
            int compressed = in.getInt();
            if (uncompressed < 0
                    || compressed < 0
                    || compressed > in.remaining()
                    || uncompressed > size - page.size()) {
                return lz4(bytes, 0, bytes.length, size);
            }
            page.writeBytes(lz4(bytes, in.position(), compressed, uncompressed));
            in.position(in.position() + compressed);
        }
        checkSize(page.size(), size);
        return page.toByteArray();
    }

    @Override
    public void release() {}
}
