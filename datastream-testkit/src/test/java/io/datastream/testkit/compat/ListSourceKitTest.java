package io.datastream.testkit.compat;

import io.datastream.source.ListSource;
import io.datastream.source.ReadableSource;
import java.util.ArrayList;
import java.util.List;

class ListSourceKitTest extends SourceKit<String> {
    private final List<List<String>> partitions = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());

    @Override
    protected ReadableSource<String> source() {
        return ListSource.partitioned(partitions);
    }

    @Override
    protected String record(int number) {
        return "record " + number;
    }

    @Override
    protected void feed(List<String> records) {
        for (int i = 0; i < records.size(); i++) {
            partitions.get(i % 3).add(records.get(i));
        }
    }
}
