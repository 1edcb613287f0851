package io.datastream.examples.marketinsights;

import io.datastream.codec.CodecException;
import io.datastream.codec.FileFormat.RecordReader;
import io.datastream.formats.csv.CsvFormat;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The file of trades. */
final class TradeFile {
    static final String SYMBOL = "BTC/USD";

    private TradeFile() {}

    /** The trades in the order of the file. */
    static List<Trade> read(Path file) {
        if (!Files.isReadable(file)) {
            throw new ProblemException(
                    "input: " + file
                            + " cannot be read (expected: a CSV file of trades; the build unpacks one into target/market-data)");
        }
        List<Trade> trades = new ArrayList<>();
        try (RecordReader<CsvTrade> reader = CsvFormat.of(CsvTrade.class)
                .reader(file.getFileName().toString(), new BufferedInputStream(Files.newInputStream(file)))) {
            for (CsvTrade line = reader.read(); line != null; line = reader.read()) {
                trades.add(new Trade(SYMBOL, line.timestamp(), line.price(), line.amount()));
            }
        } catch (CodecException | IOException e) {
            throw new ProblemException("input: " + file + ": " + e.getMessage(), e);
        }
        return trades;
    }
}
