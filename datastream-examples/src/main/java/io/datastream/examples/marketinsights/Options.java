package io.datastream.examples.marketinsights;

import io.datastream.config.ConfigSpec;
import io.datastream.config.Option;
import io.datastream.config.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The options of the example. */
final class Options {
    static final Option<String> BROKER = Option.string("kafka.broker")
            .withDescription("addresses of Kafka brokers; without it a broker is started for the run");
    static final Option<String> TOPIC =
            Option.string("topic").withDescription("topic for the trades; default: the stream's name and -trades");
    static final Option<String> STREAM = Option.string("stream.name")
            .withCheck(name -> name.matches("[A-Za-z0-9._-]{1,60}"), "1 to 60 letters, digits, '.', '_' or '-'")
            .withDescription(
                    "name of the pipeline and prefix of its topics; default: market-insights, and with a broker or"
                            + " a store of yours the time of the start");
    static final Option<Duration> WINDOW = Option.duration("window.size")
            .withDefault(Duration.ofMinutes(1))
            .between(Duration.ofSeconds(1), Duration.ofDays(1))
            .withDescription("length of a candle");
    static final Option<Statistic> STATISTIC = Option.choice("aggregation.type", Statistic.class)
            .withDefault(Statistic.MEAN)
            .withDescription("figure of the sliding window, beside the standard deviation");
    static final Option<String> JDBC_URL = Option.string("jdbc.url")
            .confidential()
            .withDescription("database for candles and outliers; without it an H2 database in the output folder");
    static final Option<String> JDBC_USER = Option.string("jdbc.user").withDescription("user of the database");
    static final Option<Secret> JDBC_PASSWORD =
            Option.secret("jdbc.password").withDescription("password of the database");
    static final Option<String> INFLUX_URL =
            Option.string("influx.url").withDescription("InfluxDB for candles and outliers, instead of a database");
    static final Option<String> INFLUX_DATABASE = Option.string("influx.database")
            .withDefault("market_insights")
            .withDescription("database of an InfluxDB 1, which is made if it is missing; bucket of an InfluxDB 2");
    static final Option<String> INFLUX_ORGANIZATION =
            Option.string("influx.organization").withDescription("organization, which makes it an InfluxDB 2");
    static final Option<Secret> INFLUX_TOKEN = Option.secret("influx.token").withDescription("token of the InfluxDB");
    static final Option<List<String>> CASSANDRA_ADDRESSES = Option.list("cassandra.addresses")
            .withDescription("nodes of a Cassandra for candles and outliers, instead of a database");
    static final Option<String> CASSANDRA_DATACENTER = Option.string("cassandra.datacenter")
            .withDefault("datacenter1")
            .withDescription("datacenter of these nodes");
    static final Option<String> CASSANDRA_KEYSPACE = Option.string("cassandra.keyspace")
            .withDefault("market_insights")
            .withCheck(name -> name.matches("[A-Za-z0-9_]{1,48}"), "1 to 48 letters, digits or '_'")
            .withDescription("keyspace of the tables, which is made if it is missing, with one replica");
    static final Option<String> CASSANDRA_USER =
            Option.string("cassandra.user").withDescription("user of the Cassandra");
    static final Option<Secret> CASSANDRA_PASSWORD =
            Option.secret("cassandra.password").withDescription("password of the Cassandra");
    static final Option<Path> INPUT = Option.path("input")
            .withDefault(Path.of("target/market-data/bitstamp_trades_from_20131125_usd.csv"))
            .withDescription("CSV file of trades with the columns timestamp, price, amount");
    static final Option<Path> OUTPUT = Option.path("output")
            .withDefault(Path.of("target/market-insights"))
            .withDescription("folder for candles.csv, outliers.csv, the log and the database");
    static final Option<Boolean> KEEP = Option.bool("keep")
            .withDefault(false)
            .withDescription(
                    "serves a page that shows the pipeline, on this machine, and goes on until it is interrupted");
    static final Option<Integer> MONITOR_PORT = Option.integer("monitor.port")
            .withDefault(0)
            .between(0, 65_535)
            .withDescription("port of that page; 0 for one that is free");
    static final Option<Boolean> DEBUG = Option.bool("debug")
            .withDefault(false)
            .withDescription("shows the stack trace of a failure, which is in the log anyway");

    static final ConfigSpec SPEC = ConfigSpec.of(
                    "market-insights",
                    BROKER,
                    TOPIC,
                    STREAM,
                    WINDOW,
                    STATISTIC,
                    JDBC_URL,
                    JDBC_USER,
                    JDBC_PASSWORD,
                    INFLUX_URL,
                    INFLUX_DATABASE,
                    INFLUX_ORGANIZATION,
                    INFLUX_TOKEN,
                    CASSANDRA_ADDRESSES,
                    CASSANDRA_DATACENTER,
                    CASSANDRA_KEYSPACE,
                    CASSANDRA_USER,
                    CASSANDRA_PASSWORD,
                    INPUT,
                    OUTPUT,
                    KEEP,
                    MONITOR_PORT,
                    DEBUG)
            .withDescription("Real trades through Kafka into candles, statistics, a filled grid and outliers.");

    private Options() {}
}
