package io.datastream.examples.marketinsights;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DriverException;
import io.datastream.cassandra.CassandraConnection;
import io.datastream.cassandra.CassandraSink;
import io.datastream.config.Config;
import io.datastream.config.Secret;
import io.datastream.secret.SecretSource;
import io.datastream.sink.Sink;
import io.datastream.sink.SinkContext;
import io.datastream.sink.row.ColumnType;
import java.util.List;

/** Candles and outliers as rows of a Cassandra, those of a stream in one partition, in the order of their symbol and time. */
final class CassandraStore implements Store {
    private final List<String> addresses;
    private final String datacenter;
    private final String keyspace;
    private final String user;
    private final Secret password;

    private CassandraStore(List<String> addresses, String datacenter, String keyspace, String user, Secret password) {
        this.addresses = addresses;
        this.datacenter = datacenter;
        this.keyspace = keyspace;
        this.user = user;
        this.password = password;
    }

    static CassandraStore of(List<String> addresses, Config config) {
        return new CassandraStore(
                addresses,
                config.get(Options.CASSANDRA_DATACENTER),
                config.get(Options.CASSANDRA_KEYSPACE),
                config.find(Options.CASSANDRA_USER).orElse(""),
                config.find(Options.CASSANDRA_PASSWORD).orElse(Secret.of("")));
    }

    private CassandraConnection connection() {
        CassandraConnection connection = CassandraConnection.inDatacenter(datacenter, addresses.toArray(String[]::new));
        return user.isEmpty() ? connection : connection.withUser(user, SecretSource.of(password.reveal()));
    }

    @Override
    public Sink<Candle> candles(String stream) {
        return CassandraSink.into(keyspace, CANDLES, Candle.class, connection())
                .column("stream", candle -> stream, ColumnType.TEXT)
                .column("symbol", Candle::symbol, ColumnType.TEXT)
                .column("start", Candle::start, ColumnType.TIMESTAMP)
                .column("open", Candle::open, ColumnType.DOUBLE)
                .column("high", Candle::high, ColumnType.DOUBLE)
                .column("low", Candle::low, ColumnType.DOUBLE)
                .column("close", Candle::close, ColumnType.DOUBLE)
                .column("volume", Candle::volume, ColumnType.DOUBLE)
                .column("vwap", Candle::vwap, ColumnType.DOUBLE)
                .column("trades", Candle::trades, ColumnType.BIGINT)
                .partitionedBy("stream")
                .clusteredBy("symbol", "start")
                .createTable();
    }

    @Override
    public Sink<PriceOutlier> outliers(String stream) {
        return CassandraSink.into(keyspace, OUTLIERS, PriceOutlier.class, connection())
                .column("stream", outlier -> stream, ColumnType.TEXT)
                .column("symbol", PriceOutlier::symbol, ColumnType.TEXT)
                .column("start", PriceOutlier::start, ColumnType.TIMESTAMP)
                .column("price", PriceOutlier::price, ColumnType.DOUBLE)
                .column("expected", PriceOutlier::expected, ColumnType.DOUBLE)
                .column("lower", PriceOutlier::lower, ColumnType.DOUBLE)
                .column("upper", PriceOutlier::upper, ColumnType.DOUBLE)
                .column("score", PriceOutlier::score, ColumnType.DOUBLE)
                .column("reason", PriceOutlier::reason, ColumnType.TEXT)
                .partitionedBy("stream")
                .clusteredBy("symbol", "start")
                .createTable();
    }

    /** Makes the keyspace if it is missing, without replicas, and the tables. */
    @Override
    public void prepare(String stream) {
        try (CqlSession session = connection().openSession()) {
            session.execute("CREATE KEYSPACE IF NOT EXISTS \"" + keyspace
                    + "\" WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1}");
        } catch (DriverException e) {
            throw new ProblemException("cassandra.addresses: " + connection() + ": " + e.getMessage(), e);
        }
        candles(stream).open(SinkContext.fresh(stream, CANDLES, 0, 1)).close();
        outliers(stream).open(SinkContext.fresh(stream, OUTLIERS, 0, 1)).close();
    }

    @Override
    public long count(String table, String stream) {
        try (CqlSession session = connection().openSession()) {
            return session.execute(
                            "SELECT count(*) FROM \"" + keyspace + "\".\"" + table + "\" WHERE stream = ?", stream)
                    .one()
                    .getLong(0);
        } catch (DriverException e) {
            throw new ProblemException("table " + table + " cannot be counted: " + e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        return "tables " + CANDLES + ", " + OUTLIERS + " in keyspace " + keyspace + " of " + connection();
    }
}
