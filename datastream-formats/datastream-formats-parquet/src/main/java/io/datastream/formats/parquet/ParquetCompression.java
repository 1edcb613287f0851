package io.datastream.formats.parquet;

import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/** How the pages of a Parquet file are compressed. */
public enum ParquetCompression {
    /** Not at all. */
    NONE(CompressionCodecName.UNCOMPRESSED),
    /** Fast, and known to every reader. */
    SNAPPY(CompressionCodecName.SNAPPY),
    /** As in gzip files. */
    GZIP(CompressionCodecName.GZIP),
    /** Small, and fast to read. */
    ZSTD(CompressionCodecName.ZSTD),
    /** The fastest to read; named {@code LZ4_RAW} in files. */
    LZ4(CompressionCodecName.LZ4_RAW);

    private final CompressionCodecName codec;

    ParquetCompression(CompressionCodecName codec) {
        this.codec = codec;
    }

    CompressionCodecName codec() {
        return codec;
    }
}
