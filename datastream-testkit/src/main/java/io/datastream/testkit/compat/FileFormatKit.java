package io.datastream.testkit.compat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.codec.CodecException;
import io.datastream.codec.FileFormat;
import io.datastream.codec.FileFormat.RecordReader;
import io.datastream.codec.FileFormat.RecordWriter;
import io.datastream.codec.SeekableFormat;
import io.datastream.sink.FileSink;
import io.datastream.sink.SinkContext;
import io.datastream.sink.SinkWriter;
import io.datastream.source.FileSource;
import io.datastream.source.SourceReader;
import io.datastream.testkit.Seeds;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every file format must do: a test class extends this one and says which format is tested, and with which values.
 *
 * <ul>
 *   <li>All records are read as they were written, in their order, by readers and writers that do not disturb each other,
 *       and by a format that was sent to another process.
 *   <li>What was flushed is in the file, and more can be appended to it (of a {@link SeekableFormat}: to its journal).
 *   <li>With {@link FileSource} and {@link FileSink} a pipeline goes on from any record, and each result is there once after
 *       a crash.
 *   <li>A reader or writer can be closed at any time, and closes its file.
 *   <li>Whatever the bytes are, there are records, {@link CodecException}s and at most one {@link IOException}, and an end; no
 *       other exception, no crash, no endless loop, no more memory than the test has. A file that is cut gives the
 *       beginning of its records.
 * </ul>
 *
 * @param <T> the records
 */
@Timeout(300)
public abstract class FileFormatKit<T> {
    private static final int LONGEST_MESSAGE = 1_000;
    private static final int MANY = 10_000;

    @TempDir
    Path folder;

    /** For subclasses. */
    protected FileFormatKit() {}

    /** The format that is tested, made anew each time. */
    protected abstract FileFormat<T> format();

    /** At least two different records, the stranger the better: empty, long, extreme, absent, not ASCII. */
    protected abstract List<T> values();

    /** Whole files that must be refused, either when they are opened or at their first record. */
    protected abstract List<byte[]> malformed();

    /** Whether a record that was read is the one that was written. Default: equal, arrays by their content. */
    protected boolean isSame(T written, T read) {
        return Objects.deepEquals(written, read);
    }

    /** How many damaged files are tried. Default: 2000. */
    protected int damagedFiles() {
        return 2_000;
    }

    @Test
    final void readsAllRecordsInTheirOrder() throws IOException {
        List<T> values = values();
        assertThat(values).as("values").hasSizeGreaterThan(1);
        for (int count : new int[] {0, 1, values.size(), MANY}) {
            List<T> written = repeated(count);
            checkSame(written, readAll(format(), write(format(), written)));
        }
    }

    @Test
    final void readsWhatWasWrittenInAnotherProcess() throws Exception {
        FileFormat<T> used = format();
        byte[] file = write(used, values());
        FileFormat<T> shipped = Shipped.copy(used);

        checkSame(values(), readAll(shipped, file));
        checkSame(values(), readAll(used, write(shipped, values())));
    }

    @Test
    final void writesTheSameFileForTheSameRecords() throws IOException {
        assertThat(write(format(), values())).isEqualTo(write(format(), values()));
    }

    @Test
    final void hasWhatWasFlushedInTheFile() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<T> values = values();
        try (RecordWriter<T> writer = appendable().writer(out, false)) {
            for (int i = 0; i < values.size(); i++) {
                writer.write(values.get(i));
                writer.flush();

                checkSame(values.subList(0, i + 1), readAll(appendable(), out.toByteArray()));
            }
        }
    }

    @Test
    final void appendsToAFile() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<T> expected = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            try (RecordWriter<T> writer = appendable().writer(out, round > 0)) {
                for (T value : values()) {
                    writer.write(value);
                    expected.add(value);
                }
            }
        }
        checkSame(expected, readAll(appendable(), out.toByteArray()));
    }

    @Test
    final void readersAndWritersDoNotDisturbEachOther() throws IOException {
        FileFormat<T> format = format();
        ByteArrayOutputStream first = new ByteArrayOutputStream();
        ByteArrayOutputStream second = new ByteArrayOutputStream();
        List<T> values = repeated(100);
        try (RecordWriter<T> one = format.writer(first, false);
                RecordWriter<T> two = format.writer(second, false)) {
            for (T value : values) {
                one.write(value);
                two.write(value);
            }
        }
        try (RecordReader<T> one = open(format, first.toByteArray(), new AtomicInteger());
                RecordReader<T> two = open(format, second.toByteArray(), new AtomicInteger())) {
            for (T value : values) {
                checkSame(List.of(value), List.of(Objects.requireNonNull(one.read())));
                checkSame(List.of(value), List.of(Objects.requireNonNull(two.read())));
            }
        }
    }

    @Test
    final void staysAtItsEnd() throws IOException {
        try (RecordReader<T> reader = open(format(), write(format(), values()), new AtomicInteger())) {
            for (int i = 0; i < values().size(); i++) {
                assertThat(reader.read()).isNotNull();
                assertThat(reader.place()).as("place of record %d", i).isNotBlank();
            }
            assertThat(reader.read()).isNull();
            assertThat(reader.read()).isNull();
        }
    }

    @Test
    final void closesItsFileWhileItIsBusyReading() throws IOException {
        byte[] file = write(format(), repeated(MANY));
        AtomicInteger closed = new AtomicInteger();
        RecordReader<T> reader = open(format(), file, closed);
        reader.read();
        reader.close();
        reader.close();

        assertThat(closed).as("how often the file was closed").hasPositiveValue();
    }

    @Test
    final void closesItsFileWhileItIsBusyWriting() throws IOException {
        AtomicInteger closed = new AtomicInteger();
        ByteArrayOutputStream out = new ByteArrayOutputStream() {
            @Override
            public void close() {
                closed.incrementAndGet();
            }
        };
        RecordWriter<T> writer = format().writer(out, false);
        writer.write(values().get(0));
        writer.close();
        writer.close();

        assertThat(closed).as("how often the file was closed").hasPositiveValue();
        checkSame(values().subList(0, 1), readAll(format(), out.toByteArray()));
    }

    @Test
    final void takesAWriterWhoseFileFails() throws IOException {
        OutOfRoom out = new OutOfRoom();
        assertThatThrownBy(() -> {
                    try (RecordWriter<T> writer = format().writer(out, false)) {
                        for (T value : repeated(MANY)) {
                            writer.write(value);
                        }
                    }
                })
                .isInstanceOf(IOException.class)
                .hasMessageContaining(OutOfRoom.MESSAGE);
    }

    @Test
    final void goesOnFromEveryRecord() throws IOException {
        Path file = folder.resolve("records.data");
        Files.write(file, write(format(), values()));
        FileSource<T> source = FileSource.of(file, format());
        for (int position = 0; position <= values().size(); position++) {
            checkSame(values().subList(position, values().size()), readFrom(source, position));
        }
    }

    @Test
    final void writesEachResultOnceAcrossACrash() throws IOException {
        Path file = folder.resolve("results.data");
        FileSink<T> sink = FileSink.of(file, format());
        byte[] committed;
        try (SinkWriter<T> writer = sink.open(SinkContext.fresh("pipeline", "sink", 0, 1))) {
            values().forEach(value -> writer.write(0, value));
            writer.flush();
            committed = writer.snapshot();
            values().forEach(value -> writer.write(0, value)); // lost in the crash
        }
        try (SinkWriter<T> writer = sink.open(new SinkContext("pipeline", "sink", 0, 1, committed))) {
            values().forEach(value -> writer.write(0, value));
            writer.complete();
        }

        List<T> expected = new ArrayList<>(values());
        expected.addAll(values());
        checkSame(expected, readFrom(FileSource.of(file, format()), 0));
    }

    @Test
    final void refusesMalformedFiles() {
        assertThat(malformed()).as("malformed").isNotEmpty();
        for (byte[] file : malformed()) {
            assertThatThrownBy(() -> readAll(format(), file))
                    .as("%s", shown(file))
                    .isInstanceOfAny(CodecException.class, IOException.class);
        }
    }

    @Test
    final void takesEveryBeginningOfAFile() throws IOException {
        List<T> values = values();
        byte[] file = write(format(), values);
        int step = Math.max(1, file.length / 1_000);
        for (int length = 0; length < file.length; length += step) {
            List<T> read = take(Arrays.copyOf(file, length));
            // of a text, what was cut in its last record may be a record too
            int whole = Math.max(0, read.size() - 1);
            assertThat(read).as("cut at %d", length).hasSizeLessThanOrEqualTo(values.size());
            checkSame(values.subList(0, whole), read.subList(0, whole));
        }
    }

    @Test
    final void takesDamagedFiles() throws IOException {
        byte[] file = write(format(), values());
        Seeds.forEach(damagedFiles(), seed -> take(Damage.of(file, new SplittableRandom(seed))));
    }

    @Test
    final void takesRandomFiles() {
        Seeds.forEach(damagedFiles(), seed -> {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] file = new byte[random.nextInt(300)];
            random.nextBytes(file);
            take(file);
        });
    }

    /** All that can be read of a file that may be broken. */
    private List<T> take(byte[] file) {
        List<T> read = new ArrayList<>();
        long most = 1_000_000L + file.length;
        try (RecordReader<T> reader = open(format(), file, new AtomicInteger())) {
            for (long records = 0; records <= most; records++) {
                try {
                    T value = reader.read();
                    if (value == null) {
                        return read;
                    }
                    read.add(value);
                } catch (CodecException e) {
                    checkMessage(e, file);
                    assertThat(reader.place()).as("%s", shown(file)).isNotBlank();
                }
            }
            throw new AssertionError("more than " + most + " records in " + shown(file) + " (expected: an end)");
        } catch (CodecException | IOException e) {
            checkMessage(e, file);
        } catch (RuntimeException | StackOverflowError e) {
            throw new AssertionError(e + " for " + shown(file) + " (expected: a CodecException or an IOException)", e);
        }
        return read;
    }

    private static void checkMessage(Exception e, byte[] file) {
        assertThat(e.getMessage()).as("%s", shown(file)).isNotBlank().hasSizeLessThan(LONGEST_MESSAGE);
    }

    private static String shown(byte[] file) {
        String text = Arrays.toString(Arrays.copyOf(file, Math.min(file.length, 4_000)));
        return file.length > 4_000 ? file.length + " bytes: " + text : text;
    }

    private FileFormat<T> appendable() {
        return format() instanceof SeekableFormat<T> seekable ? seekable.journal() : format();
    }

    private List<T> repeated(int count) {
        List<T> values = values();
        List<T> repeated = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            repeated.add(values.get(i % values.size()));
        }
        return repeated;
    }

    private byte[] write(FileFormat<T> format, List<T> values) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (RecordWriter<T> writer = format.writer(out, false)) {
            for (T value : values) {
                writer.write(value);
            }
        }
        return out.toByteArray();
    }

    private List<T> readAll(FileFormat<T> format, byte[] file) throws IOException {
        List<T> all = new ArrayList<>();
        try (RecordReader<T> reader = open(format, file, new AtomicInteger())) {
            for (T value = reader.read(); value != null; value = reader.read()) {
                all.add(value);
            }
        }
        return all;
    }

    /** Opens a file as a file source does. */
    private RecordReader<T> open(FileFormat<T> format, byte[] bytes, AtomicInteger closed) throws IOException {
        if (format instanceof SeekableFormat<T> seekable) {
            Path file = Files.createTempFile(folder, "seekable", ".data");
            Files.write(file, bytes);
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.DELETE_ON_CLOSE);
            try {
                RecordReader<T> reader = seekable.reader("test.data", channel);
                return new ClosingReader<>(reader, channel, closed);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        }
        InputStream in = new ByteArrayInputStream(bytes) {
            @Override
            public void close() {
                closed.incrementAndGet();
            }
        };
        return format.reader("test.data", in);
    }

    private static <T> List<T> readFrom(FileSource<T> source, long position) {
        List<T> all = new ArrayList<>();
        SourceReader.Collector<T> collector = new SourceReader.Collector<>() {
            @Override
            public void record(long offset, long logNanos, T value, byte @Nullable [] original) {
                all.add(value);
            }

            @Override
            public void malformed(long offset, long logNanos, CodecException error, byte @Nullable [] original) {
                throw new AssertionError("record " + offset, error);
            }
        };
        try (SourceReader<T> reader = source.open(0, position)) {
            SourceReader.Status status;
            do {
                status = reader.poll(7, collector);
            } while (status != SourceReader.Status.END);
        }
        return all;
    }

    private void checkSame(List<T> written, List<T> read) {
        assertThat(read).as("records").hasSameSizeAs(written);
        for (int i = 0; i < written.size(); i++) {
            assertThat(isSame(written.get(i), read.get(i)))
                    .as("record %d: %s was written, and read as %s", i, written.get(i), read.get(i))
                    .isTrue();
        }
    }

    /** Notices whether the reader closed its channel. */
    private static final class ClosingReader<T> implements RecordReader<T> {
        private final RecordReader<T> reader;
        private final FileChannel channel;
        private final AtomicInteger closed;

        ClosingReader(RecordReader<T> reader, FileChannel channel, AtomicInteger closed) {
            this.reader = reader;
            this.channel = channel;
            this.closed = closed;
        }

        @Override
        public @Nullable T read() throws IOException {
            return reader.read();
        }

        @Override
        public String place() {
            return reader.place();
        }

        @Override
        public byte @Nullable [] raw() {
            return reader.raw();
        }

        @Override
        public void close() throws IOException {
            reader.close();
            if (!channel.isOpen()) {
                closed.incrementAndGet();
            }
        }
    }
}
