package io.datastream.formats.parquet;

import java.io.Serializable;

/** How files are written, and what is borne when they are read. */
record ParquetOptions(
        ParquetCompression compression, long rowGroupBytes, long maxRowGroupBytes, int maxPageBytes, long maxRowBytes)
        implements Serializable {}
