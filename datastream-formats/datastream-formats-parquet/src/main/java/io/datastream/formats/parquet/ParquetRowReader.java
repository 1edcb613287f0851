package io.datastream.formats.parquet;

import io.datastream.codec.CodecException;
import io.datastream.codec.FileFormat.RecordReader;
import io.datastream.codec.record.RecordShape;
import io.datastream.error.Masking;
import io.datastream.error.OneLine;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.util.Objects;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ColumnPath;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.MessageColumnIO;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.RecordMaterializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the records of one file, row group by row group.
 *
 * <p>Parquet's classes believe what a file says of lengths, so what memory depends on is checked before: all lengths in the
 * footer, that column chunks lie within the file, how large pages, dictionaries and rows get. What is left are lengths within
 * pages, for which an array may be asked for that is larger than the memory; then there is an error instead of the array; and
 * texts in the headers of pages, for which Parquet takes 100 MiB at most.
 */
final class ParquetRowReader<T> implements RecordReader<T> {
    private static final int LONGEST_MESSAGE = 300;
    private static final int MAGIC_BYTES = 4;

    private final ParquetFileReader file;
    private final RecordShape<T> shape;
    private final MessageColumnIO columns;
    private final RowState state;
    private final RecordMaterializer<Object> rows;
    private org.apache.parquet.io.@Nullable RecordReader<Object> group;
    private @Nullable PageReadStore pages;
    private long rowsLeft;
    private long row;
    private int groups;
    private boolean ended;

    private ParquetRowReader(
            ParquetFileReader file,
            RecordShape<T> shape,
            RowColumns matched,
            MessageColumnIO columns,
            long maxRowBytes) {
        this.file = file;
        this.shape = shape;
        this.columns = columns;
        this.state = new RowState(maxRowBytes);
        GroupConverter root = matched.converter(state);
        this.rows = new RecordMaterializer<>() {
            @Override
            public @Nullable Object getCurrentRecord() {
                return state.row();
            }

            @Override
            public GroupConverter getRootConverter() {
                return root;
            }
        };
    }

    static <T> ParquetRowReader<T> open(
            RowMapping<T> mapping, ParquetOptions options, String name, SeekableByteChannel content)
            throws IOException {
        FooterCheck.check(content, options.maxRowGroupBytes());
        ParquetFileReader file;
        try {
            file = ParquetFileReader.open(
                    new ChannelInput(name, content),
                    ParquetReadOptions.builder(new PlainParquetConfiguration())
                            .withCodecFactory(new PageCodecs(options.maxPageBytes()))
                            .usePageChecksumVerification()
                            .build());
        } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
            throw broken("footer", e);
        }
        try {
            RowColumns matched = RowColumns.of(file.getFileMetaData().getSchema(), mapping.shape());
            file.setRequestedSchema(matched.requested());
            check(file, matched, options.maxRowGroupBytes(), content.size());
            MessageColumnIO columns = new ColumnIOFactory(file.getFileMetaData().getCreatedBy())
                    .getColumnIO(matched.requested(), file.getFileMetaData().getSchema());
            return new ParquetRowReader<>(file, mapping.shape(), matched, columns, options.maxRowBytes());
        } catch (ParquetProblem e) {
            throw new IOException("schema: " + e.text(), e);
        } catch (RuntimeException | StackOverflowError e) {
            throw broken("footer", e);
        }
    }

    /** Compares what the footer says with the file, before any memory is taken for it. */
    private static void check(ParquetFileReader file, RowColumns matched, long maxRowGroupBytes, long length)
            throws IOException {
        int number = 0;
        for (BlockMetaData group : file.getRowGroups()) {
            number++;
            long bytes = 0;
            for (ColumnChunkMetaData column : group.getColumns()) {
                long start = column.getStartingPos();
                long size = column.getTotalSize();
                String place =
                        "row group " + number + ", column \"" + column.getPath().toDotString() + "\": ";
                if (start < MAGIC_BYTES || size < 0 || size > length || start > length - size) {
                    throw new IOException(place + size + " bytes at " + start + " (expected: within the " + length
                            + " bytes of the file)");
                }
                if (isRead(matched, column.getPath())) {
                    bytes += size;
                }
            }
            if (group.getRowCount() < 0) {
                throw new IOException("row group " + number + ": " + group.getRowCount() + " rows (expected: >= 0)");
            }
            if (bytes > maxRowGroupBytes) {
                throw new IOException("row group " + number + ": " + bytes + " bytes (expected: at most "
                        + maxRowGroupBytes + "; see withMaxRowGroupBytes)");
            }
        }
    }

    private static boolean isRead(RowColumns matched, ColumnPath path) {
        return matched.requested().containsPath(path.toArray());
    }

    @Override
    public @Nullable T read() throws IOException {
        if (ended) {
            return null;
        }
        row++;
        try {
            while (rowsLeft == 0) {
                if (!nextGroup()) {
                    ended = true;
                    row--;
                    return null;
                }
            }
            rowsLeft--;
            Objects.requireNonNull(group).read();
        } catch (IOException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
            ended = true;
            throw broken(place(), e);
        }
        if (state.hasProblem()) {
            String problem = String.valueOf(state.problem());
            Throwable cause = state.cause();
            CodecException error = cause == null ? new CodecException(problem) : new CodecException(problem, cause);
            throw Masking.masked(error, shape.type()).at(place());
        }
        return shape.type().cast(state.row());
    }

    private boolean nextGroup() throws IOException {
        closePages();
        PageReadStore next = file.readNextRowGroup();
        if (next == null) {
            return false;
        }
        groups++;
        pages = next;
        rowsLeft = next.getRowCount();
        if (rowsLeft > 0) {
            group = columns.getRecordReader(new CheckedPages(next), rows);
        }
        return true;
    }

    private void closePages() {
        if (pages != null) {
            pages.close();
            pages = null;
        }
    }

    private static IOException broken(String place, Throwable e) {
        String message = message(e);
        return new IOException(
                place + ": " + message + (message.contains("(expected: ") ? "" : " (expected: a Parquet file)"), e);
    }

    private static String message(Throwable e) {
        StringBuilder text = new StringBuilder();
        for (Throwable cause = e; cause != null && text.length() < LONGEST_MESSAGE; cause = cause.getCause()) {
            String message = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
            if (text.indexOf(message) < 0) {
                text.append(text.isEmpty() ? "" : ": ").append(message);
            }
        }
        return OneLine.of(text.toString(), LONGEST_MESSAGE);
    }

    /** The number of the row in the file, from 1. */
    @Override
    public String place() {
        return "row " + row + (groups > 1 ? " (row group " + groups + ")" : "");
    }

    @Override
    public void close() throws IOException {
        closePages();
        file.close();
    }
}
