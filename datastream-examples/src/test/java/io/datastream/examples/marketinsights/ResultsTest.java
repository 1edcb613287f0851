package io.datastream.examples.marketinsights;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The example's checks of its own results. */
class ResultsTest {
    private static final Instant START = Instant.parse("2013-11-25T00:00:00Z");
    private static final List<Trade> TRADES = List.of(
            new Trade("BTC/USD", START.getEpochSecond(), 800, 1),
            new Trade("BTC/USD", START.getEpochSecond() + 1, 802, 2),
            new Trade("BTC/USD", START.getEpochSecond() + 60, 801, 4));
    private static final Candle FIRST = new Candle("BTC/USD", START, 800, 802, 800, 802, 3, 801.3333333333334, 2);
    private static final Candle SECOND = new Candle("BTC/USD", START.plusSeconds(60), 801, 801, 801, 801, 4, 801, 1);

    private static List<String> problems(Results results, long rows) {
        return results.check(TRADES, Duration.ofMinutes(1), table -> table.equals(Database.CANDLES) ? rows : 0);
    }

    /** The trades touch the windows that end 10 s to 360 s after the first. */
    private static Results of(Candle... candles) {
        List<SlidingStatistics> statistics = new ArrayList<>();
        for (int end = 10; end <= 360; end += 10) {
            statistics.add(new SlidingStatistics("BTC/USD", START.plusSeconds(end), 801, 1));
        }
        return new Results(List.of(candles), statistics, List.of(), List.of());
    }

    @Test
    void findNothingWrongWithCompleteResults() {
        Results results = of(FIRST, SECOND);
        assertThat(problems(results, 2)).isEmpty();
    }

    @Test
    void missACandle() {
        Results results = of(FIRST);
        assertThat(problems(results, 1))
                .containsExactly(
                        "trades in candles: 2 (expected: 3)",
                        "candles: 1 (expected: 2)",
                        "volume in candles: 3.0 (expected: 7.0)");
    }

    @Test
    void missARowOfTheTable() {
        Results results = of(FIRST, SECOND);
        assertThat(problems(results, 1)).containsExactly("candles in the store: 1 (expected: 2)");
    }

    @Test
    void missASlidingWindow() {
        Results complete = of(FIRST, SECOND);
        Results results = new Results(complete.candles(), complete.statistics().subList(1, 36), List.of(), List.of());
        assertThat(problems(results, 2)).containsExactly("sliding statistics: 35 (expected: 36)");
    }
}
