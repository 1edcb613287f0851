package io.datastream.formats.csv;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.datastream.formats.csv.Rows.Trade;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Random files through this module and through another reader and writer of the same format. */
class CsvAgainstJacksonTest {
    private static final CsvMapper JACKSON = CsvMapper.builder()
            .enable(CsvParser.Feature.EMPTY_UNQUOTED_STRING_AS_NULL)
            .build();
    private static final CsvSchema SCHEMA = CsvSchema.builder()
            .addColumn("ts")
            .addColumn("price")
            .addColumn("note")
            .setUseHeader(true)
            .build();
    private static final CsvFormat<Trade> FORMAT = CsvFormat.of(Trade.class);
    private static final String[] PIECES = {
        "a", "\"", ",", "\n", "\r", "\r\n", " ", "\u00fc", "\ud83d\ude00", "plain text", ";", "0", "\t", "'"
    };

    @Test
    void readsWhatJacksonWrites() throws IOException {
        for (long seed = 1; seed <= 500; seed++) {
            List<Trade> trades = trades(new SplittableRandom(seed));
            String file = JACKSON.writer(SCHEMA).writeValueAsString(trades);

            assertThat(values(file, seed))
                    .as("seed %d: %s", seed, file)
                    .isEqualTo(trades.stream()
                            .map(trade -> "".equals(trade.note()) ? new Trade(trade.ts(), trade.price(), null) : trade)
                            .toList()); // Jackson writes both as nothing
        }
    }

    @Test
    void writesWhatJacksonReads() throws IOException {
        for (long seed = 1; seed <= 500; seed++) {
            List<Trade> trades = trades(new SplittableRandom(seed));
            String file = Rows.write(FORMAT, trades.toArray(Trade[]::new));

            try (MappingIterator<Trade> rows =
                    JACKSON.readerFor(Trade.class).with(SCHEMA).readValues(file)) {
                assertThat(rows.readAll()).as("seed %d: %s", seed, file).isEqualTo(trades);
            }
            assertThat(values(file, seed)).as("seed %d", seed).isEqualTo(trades);
        }
    }

    private static List<Trade> values(String file, long seed) throws IOException {
        List<Trade> all = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(~seed);
        try (var reader = FORMAT.withMaxRecordBytes(300).reader("x", pieces(file, random))) {
            for (Trade trade = reader.read(); trade != null; trade = reader.read()) {
                all.add(trade);
            }
        }
        return all;
    }

    /** A stream that gives a few bytes at a time, so that records lie across the ends of the buffer. */
    private static InputStream pieces(String file, SplittableRandom random) {
        return new FilterInputStream(new ByteArrayInputStream(file.getBytes(UTF_8))) {
            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return super.read(target, offset, Math.min(length, random.nextInt(1, 40)));
            }
        };
    }

    private static List<Trade> trades(SplittableRandom random) {
        List<Trade> trades = new ArrayList<>();
        for (int i = random.nextInt(40); i > 0; i--) {
            String note = null;
            if (random.nextInt(10) > 0) {
                StringBuilder text = new StringBuilder();
                for (int pieces = random.nextInt(6); pieces > 0; pieces--) {
                    text.append(PIECES[random.nextInt(PIECES.length)]);
                }
                note = text.toString();
            }
            double price = random.nextBoolean() ? random.nextInt(100_000) / 100.0 : random.nextDouble(-1e9, 1e9);
            trades.add(new Trade(random.nextLong() >> random.nextInt(64), price, note));
        }
        return trades;
    }
}
