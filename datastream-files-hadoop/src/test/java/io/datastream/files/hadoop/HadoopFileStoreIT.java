package io.datastream.files.hadoop;

import java.util.concurrent.atomic.AtomicInteger;

class HadoopFileStoreIT extends HadoopFileStoreTest {
    private static final AtomicInteger TESTS = new AtomicInteger();

    private final String folder = Hdfs.address() + "/store-" + TESTS.incrementAndGet();

    @Override
    String folder() {
        return folder;
    }
}
