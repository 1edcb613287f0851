package io.datastream.formats.csv;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.datastream.codec.FileFormat;
import io.datastream.formats.csv.Rows.Trade;
import io.datastream.testkit.compat.FileSourceKit;

class CsvSourceKitTest extends FileSourceKit<Trade> {
    @Override
    protected FileFormat<Trade> format() {
        return CsvFormat.of(Trade.class);
    }

    @Override
    protected Trade record(int number) {
        return new Trade(number, number / 3.0, "line\n\"" + number + "\"");
    }

    @Override
    protected byte[] malformed() {
        return "yesterday,1,\n".getBytes(UTF_8);
    }
}
