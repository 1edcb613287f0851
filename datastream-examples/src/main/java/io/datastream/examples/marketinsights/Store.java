package io.datastream.examples.marketinsights;

import io.datastream.config.Config;
import io.datastream.sink.Sink;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where candles and outliers are kept besides their topics. Each entry names its stream, so that runs share a store without
 * mixing.
 */
interface Store {
    String CANDLES = "candles";
    String OUTLIERS = "outliers";

    /** The store that is configured: an InfluxDB, a database of the user's, or one in a file of the folder. */
    static Store of(Config config, Path folder) {
        Optional<String> influx = config.find(Options.INFLUX_URL);
        if (influx.isPresent() && config.find(Options.JDBC_URL).isPresent()) {
            throw new ProblemException("influx.url and jdbc.url: both are given (expected: one of them)");
        }
        return influx.isPresent() ? InfluxStore.of(influx.get(), config) : Database.of(config, folder);
    }

    Sink<Candle> candles(String stream);

    Sink<PriceOutlier> outliers(String stream);

    /** Makes what is missing, so that a store that does not answer is told before the work begins. */
    void prepare(String stream);

    /** How many candles or outliers of a stream are there. */
    long count(String kind, String stream);
}
