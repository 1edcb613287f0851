package io.datastream.conformance;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which pipelines are run for which operator. Operators that are not listed are not supported. */
final class Operators {
    /** Runs a case. */
    @FunctionalInterface
    interface Operator {
        /**
         * The rows of each output, by its name.
         *
         * @throws NotSupportedException if the library does not offer a parameter's value
         */
        Map<String, List<Map<String, Object>>> run(Case test) throws IOException;
    }

    private static final Map<String, Operator> KNOWN = Map.ofEntries(
            Map.entry("window.tumbling", WindowOperators::tumbling),
            Map.entry("window.extremes", WindowOperators::tumbling),
            Map.entry("window.quantiles", WindowOperators::tumbling),
            Map.entry("window.hopping", WindowOperators::hopping),
            Map.entry("window.session", WindowOperators::session),
            Map.entry("window.calendar", WindowOperators::calendar),
            Map.entry("window.out_of_order", WindowOperators::outOfOrder),
            Map.entry("window.late", WindowOperators::late),
            Map.entry("window.ohlc", WindowOperators::ohlc),
            Map.entry("window.rolling_time", WindowOperators::rollingTime),
            Map.entry("window.rolling_count", WindowOperators::rollingCount),
            Map.entry("window.rolling_pair", WindowOperators::rollingPair),
            Map.entry("numeric.rolling_spike", WindowOperators::rollingCount),
            Map.entry("numeric.running_variance", SeriesOperators::running),
            Map.entry("numeric.compensated_sum", SeriesOperators::running),
            Map.entry("numeric.nist_strd", SeriesOperators::nistStrd),
            Map.entry("interpolate.grid", SeriesOperators::grid),
            Map.entry("transform.dedup", SeriesOperators::deduplicate),
            Map.entry("transform.ewma", SeriesOperators::ewma),
            Map.entry("transform.ewma_time", SeriesOperators::timeEwma),
            Map.entry("outlier.hampel", SeriesOperators::hampel),
            Map.entry("outlier.zscore", SeriesOperators::zScore),
            Map.entry("normalize.running", SeriesOperators::normalizeRunning),
            Map.entry("normalize.rolling", SeriesOperators::normalizeRolling));

    private Operators() {}

    static Optional<Operator> of(String name) {
        return Optional.ofNullable(KNOWN.get(name));
    }
}
