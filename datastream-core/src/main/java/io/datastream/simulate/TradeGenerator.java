package io.datastream.simulate;

import io.datastream.time.EventTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;

/**
 * Makes trades like those of a market from a seed; immutable, each {@code withX} returns a changed copy.
 *
 * <p>Times between trades are exponential, so that trades come in bunches; the logarithm of the price is a random walk in
 * time; volumes are log-normal with median 1. The same generator gives equal results, bit by bit, on every JVM. For
 * disorder see {@link Disorder}.
 */
public final class TradeGenerator {
    /** The mean number of trades a second when nothing else is said. */
    public static final double DEFAULT_RATE = 5;

    /** The first price when nothing else is said. */
    public static final double DEFAULT_PRICE = 1_000;

    /** The standard deviation of the relative price change of a second when nothing else is said. */
    public static final double DEFAULT_VOLATILITY = 0.0005;

    /** The smallest price difference when nothing else is said. */
    public static final double DEFAULT_TICK = 0.01;

    private static final double VOLUME_SIGMA = 1.2;

    private final long start;
    private final int count;
    private final List<String> symbols;
    private final double rate;
    private final double price;
    private final double volatility;
    private final double tick;
    private final long resolution;
    private final long seed;

    private TradeGenerator(
            long start,
            int count,
            List<String> symbols,
            double rate,
            double price,
            double volatility,
            double tick,
            long resolution,
            long seed) {
        this.start = start;
        this.count = count;
        this.symbols = symbols;
        this.rate = rate;
        this.price = price;
        this.volatility = volatility;
        this.tick = tick;
        this.resolution = resolution;
        this.seed = seed;
    }

    /** So many trades of the symbol {@code BTC}. */
    public static TradeGenerator of(Instant start, int trades) {
        if (trades <= 0) {
            throw new IllegalArgumentException("trades: " + trades + " (expected: > 0)");
        }
        return new TradeGenerator(
                EventTime.nanos(start),
                trades,
                List.of("BTC"),
                DEFAULT_RATE,
                DEFAULT_PRICE,
                DEFAULT_VOLATILITY,
                DEFAULT_TICK,
                1,
                SeriesGenerator.DEFAULT_SEED);
    }

    /** The symbols; each has the number of trades asked for, and its own randomness. */
    public TradeGenerator withSymbols(String... newSymbols) {
        List<String> list = List.of(newSymbols);
        if (list.isEmpty() || new HashSet<>(list).size() != list.size()) {
            throw new IllegalArgumentException("symbols: " + list + " (expected: at least one, all different)");
        }
        return new TradeGenerator(start, count, list, rate, price, volatility, tick, resolution, seed);
    }

    /** The mean number of trades of a symbol in a second. */
    public TradeGenerator withRate(double tradesPerSecond) {
        positive("tradesPerSecond", tradesPerSecond);
        return new TradeGenerator(start, count, symbols, tradesPerSecond, price, volatility, tick, resolution, seed);
    }

    /** The first price, the standard deviation of its relative change in a second, and the smallest difference. */
    public TradeGenerator withPrice(double first, double newVolatility, double newTick) {
        positive("first", first);
        positive("newVolatility", newVolatility);
        positive("newTick", newTick);
        return new TradeGenerator(start, count, symbols, rate, first, newVolatility, newTick, resolution, seed);
    }

    /** What times are rounded down to, such as a second: several trades then carry the same time. */
    public TradeGenerator withTimeResolution(Duration unit) {
        long nanos = SeriesGenerator.positive("unit", unit);
        return new TradeGenerator(start, count, symbols, rate, price, volatility, tick, nanos, seed);
    }

    /** The seed that all randomness comes from. */
    public TradeGenerator withSeed(long newSeed) {
        return new TradeGenerator(start, count, symbols, rate, price, volatility, tick, resolution, newSeed);
    }

    /** Makes the trades in the order of time (of symbols, where times are equal); each call gives an equal result. */
    public List<Trade> generate() {
        List<Trade> unnumbered = new ArrayList<>(count * symbols.size());
        for (int i = 0; i < symbols.size(); i++) {
            addTrades(symbols.get(i), SplitMix.of(seed, i), unnumbered);
        }
        unnumbered.sort(Comparator.comparingLong(Trade::timeNanos));
        List<Trade> trades = new ArrayList<>(unnumbered.size());
        for (Trade trade : unnumbered) {
            trades.add(new Trade(trade.symbol(), trade.timeNanos(), trade.price(), trade.volume(), trades.size()));
        }
        return trades;
    }

    private void addTrades(String symbol, SplitMix random, List<Trade> trades) {
        long time = start;
        double logPrice = StrictMath.log(price);
        for (int i = 0; i < count; i++) {
            double seconds = random.nextExponential() / rate;
            time = Math.addExact(time, (long) (seconds * 1e9));
            logPrice += volatility * Math.sqrt(seconds) * random.nextGaussian();
            double ticks = Math.max(1, Math.rint(StrictMath.exp(logPrice) / tick));
            double volume = Math.max(1, Math.rint(StrictMath.exp(VOLUME_SIGMA * random.nextGaussian()) * 1e8)) / 1e8;
            trades.add(new Trade(symbol, Math.floorDiv(time, resolution) * resolution, ticks * tick, volume, 0));
        }
    }

    private static void positive(String name, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: > 0 and finite)");
        }
    }
}
