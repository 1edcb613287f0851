package io.datastream.examples.marketinsights;

import io.datastream.config.Config;
import io.datastream.config.Option;
import io.datastream.sink.Sink;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where candles and outliers are kept besides their topics. Each entry names its stream, so that runs share a store without
 * mixing.
 */
interface Store {
    String CANDLES = "candles";
    String OUTLIERS = "outliers";

    /** The options of which one names a store of the user's. */
    List<Option<?>> CHOICES = List.of(Options.CASSANDRA_ADDRESSES, Options.INFLUX_URL, Options.JDBC_URL);

    /** The store that is configured: one of the user's, or a database in a file of the folder. */
    static Store of(Config config, Path folder) {
        List<String> given = CHOICES.stream()
                .filter(option -> config.find(option).isPresent())
                .map(Option::key)
                .toList();
        if (given.size() > 1) {
            throw new ProblemException(
                    String.join(" and ", given) + ": more than one store is given (expected: one of them)");
        }
        Optional<List<String>> cassandra = config.find(Options.CASSANDRA_ADDRESSES);
        if (cassandra.isPresent()) {
            return CassandraStore.of(cassandra.get(), config);
        }
        Optional<String> influx = config.find(Options.INFLUX_URL);
        return influx.isPresent() ? InfluxStore.of(influx.get(), config) : Database.of(config, folder);
    }

    Sink<Candle> candles(String stream);

    Sink<PriceOutlier> outliers(String stream);

    /** Makes what is missing, so that a store that does not answer is told before the work begins. */
    void prepare(String stream);

    /** How many candles or outliers of a stream are there. */
    long count(String kind, String stream);
}
