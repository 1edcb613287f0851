package io.datastream.files.hadoop;

import io.datastream.codec.FileFormat.RecordReader;
import io.datastream.formats.parquet.ParquetFormat;
import io.datastream.sink.RollingFileSink;
import io.datastream.sink.Sink;
import io.datastream.testkit.compat.SinkKit;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Rolling Parquet files on HDFS, so small, and of periods so short, that the results of each test make several. */
class HdfsParquetKitIT extends SinkKit<HdfsParquetKitIT.Result> {
    record Result(String text) {}

    private static final ParquetFormat<Result> FORMAT = ParquetFormat.of(Result.class);
    private static final AtomicInteger TESTS = new AtomicInteger();

    private final HadoopFileStore store = HadoopFileStore.create();
    private final String folder = Hdfs.address() + "/kit-" + TESTS.incrementAndGet();

    @Override
    protected Sink<Result> sink() {
        return RollingFileSink.of(store, folder, "results.parquet", FORMAT)
                .withMaxBytes(1_000)
                .withPeriod(Duration.ofSeconds(15));
    }

    @Override
    protected Result result(int key, int version) {
        return new Result("key " + key + ", version " + version);
    }

    @Override
    protected List<Result> contents() throws IOException {
        List<Result> all = new ArrayList<>();
        for (String name : store.list(folder).stream()
                .filter(name -> !name.startsWith("."))
                .sorted(Comparator.comparing(name -> name.substring(name.lastIndexOf('-'))))
                .toList()) {
            try (RecordReader<Result> reader = FORMAT.reader(name, store.open(folder + "/" + name))) {
                for (Result result = reader.read(); result != null; result = reader.read()) {
                    all.add(result);
                }
            }
        }
        return all;
    }

    @Override
    protected Result refused() {
        return new Result(null);
    }

    @Override
    protected List<Result> strange() {
        return List.of(
                new Result(""),
                new Result("\"';--\\"),
                new Result("\uD83D\uDE80 \u00e9\u4e16\0"),
                new Result("x".repeat(100_000)));
    }

    @Override
    protected int many() {
        return 600;
    }
}
