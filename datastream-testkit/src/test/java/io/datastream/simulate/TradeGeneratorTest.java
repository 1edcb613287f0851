package io.datastream.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.datastream.testkit.Seeds;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class TradeGeneratorTest {
    private static final Instant START = Instant.parse("2013-11-25T00:00:00Z");
    private static final TradeGenerator TRADES = TradeGenerator.of(START, 10_000);

    @Test
    void comesAtTheRateAskedFor() {
        Seeds.forEach(10, seed -> {
            List<Trade> trades = TRADES.withRate(4).withSeed(seed).generate();
            double seconds = (trades.get(9_999).timeNanos() - trades.get(0).timeNanos()) / 1e9;
            assertThat(trades.size() / seconds).isCloseTo(4, within(0.2));
        });
    }

    @Test
    void numbersTradesInTheOrderOfTime() {
        List<Trade> trades = TRADES.withSymbols("BTC", "ETH").generate();
        assertThat(trades).hasSize(20_000);
        for (int i = 0; i < trades.size(); i++) {
            assertThat(trades.get(i).id()).isEqualTo(i);
        }
        assertThat(trades).isSortedAccordingTo((a, b) -> Long.compare(a.timeNanos(), b.timeNanos()));
        assertThat(trades.get(0).time()).isAfterOrEqualTo(START);
    }

    @Test
    void keepsPricesOnTheTickAndAboveZero() {
        List<Trade> trades = TRADES.withPrice(0.5, 0.2, 0.25).generate();
        assertThat(trades)
                .allSatisfy(trade -> assertThat(trade.price() / 0.25)
                        .isEqualTo(Math.rint(trade.price() / 0.25))
                        .isPositive());
        assertThat(trades).allMatch(trade -> trade.volume() > 0);
    }

    @Test
    void walksWithTheVolatilityAskedFor() {
        Seeds.forEach(10, seed -> {
            List<Trade> trades =
                    TRADES.withPrice(1_000, 0.001, 1e-6).withSeed(seed).generate();
            double squares = 0;
            double seconds = 0;
            for (int i = 1; i < trades.size(); i++) {
                double change =
                        Math.log(trades.get(i).price() / trades.get(i - 1).price());
                squares += change * change;
                seconds += (trades.get(i).timeNanos() - trades.get(i - 1).timeNanos()) / 1e9;
            }
            assertThat(Math.sqrt(squares / seconds)).isCloseTo(0.001, within(0.00005));
        });
    }

    @Test
    void roundsTimesDownToTheResolution() {
        List<Trade> trades = TRADES.withTimeResolution(Duration.ofSeconds(1)).generate();
        assertThat(trades).allMatch(trade -> trade.timeNanos() % 1_000_000_000L == 0);
        assertThat(trades.stream().map(Trade::timeNanos).distinct().count()).isLessThan(3_000);
    }

    @Test
    void repeatsItselfForASeed() {
        assertThat(TRADES.withSeed(3).generate())
                .isEqualTo(TRADES.withSeed(3).generate())
                .isNotEqualTo(TRADES.withSeed(4).generate());
    }

    @Test
    void givesTheSameBytesOnEveryJvm() {
        long hash = 1;
        for (Trade trade : TRADES.withSymbols("BTC", "ETH").withSeed(42).generate()) {
            hash = 31 * hash + trade.symbol().hashCode();
            hash = 31 * hash + trade.timeNanos();
            hash = 31 * hash + Double.doubleToRawLongBits(trade.price());
            hash = 31 * hash + Double.doubleToRawLongBits(trade.volume());
        }
        assertThat(hash).isEqualTo(3746993783953628404L);
    }

    @Test
    void refusesARateOfZero() {
        assertThatThrownBy(() -> TRADES.withRate(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("tradesPerSecond: 0.0 (expected: > 0 and finite)");
    }
}
