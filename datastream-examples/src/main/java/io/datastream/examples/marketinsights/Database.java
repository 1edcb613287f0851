package io.datastream.examples.marketinsights;

import io.datastream.config.Config;
import io.datastream.config.Secret;
import io.datastream.jdbc.JdbcConnection;
import io.datastream.jdbc.JdbcSink;
import io.datastream.sink.Sink;
import io.datastream.sink.SinkContext;
import io.datastream.sink.row.ColumnType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * The database that candles and outliers go to: the user's, or an H2 file of this run. The first column of both tables
 * names the stream, so that runs share the tables without mixing.
 */
final class Database implements Store {
    private final String url;
    private final String user;
    private final Secret password;

    private Database(String url, String user, Secret password) {
        this.url = url;
        this.user = user;
        this.password = password;
    }

    static Database of(Config config, Path folder) {
        String url = config.find(Options.JDBC_URL).orElse(null);
        if (url == null) {
            return new Database(file(folder, config.find(Options.BROKER).isEmpty()), "", Secret.of(""));
        }
        return new Database(
                url,
                config.find(Options.JDBC_USER).orElse(""),
                config.find(Options.JDBC_PASSWORD).orElse(Secret.of("")));
    }

    /**
     * A database in a file. H2 keeps what it has confirmed only without write delay.
     *
     * @param fresh whether that of the run before is replaced, as the topics of a broker started for the run are
     */
    private static String file(Path folder, boolean fresh) {
        try {
            if (fresh) {
                Files.deleteIfExists(folder.resolve("insights.mv.db"));
            }
        } catch (IOException e) {
            throw new ProblemException("output: the database of the last run cannot be deleted: " + e, e);
        }
        return "jdbc:h2:" + folder.toAbsolutePath().resolve("insights") + ";WRITE_DELAY=0";
    }

    private JdbcConnection connection() {
        return user.isEmpty() ? JdbcConnection.of(url) : JdbcConnection.of(url, user, password::reveal);
    }

    @Override
    public Sink<Candle> candles(String stream) {
        return JdbcSink.upsertInto(CANDLES, Candle.class, connection())
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
                .keyedBy("stream", "symbol", "start")
                .createTable();
    }

    @Override
    public Sink<PriceOutlier> outliers(String stream) {
        return JdbcSink.upsertInto(OUTLIERS, PriceOutlier.class, connection())
                .column("stream", outlier -> stream, ColumnType.TEXT)
                .column("symbol", PriceOutlier::symbol, ColumnType.TEXT)
                .column("start", PriceOutlier::start, ColumnType.TIMESTAMP)
                .column("price", PriceOutlier::price, ColumnType.DOUBLE)
                .column("expected", PriceOutlier::expected, ColumnType.DOUBLE)
                .column("lower", PriceOutlier::lower, ColumnType.DOUBLE)
                .column("upper", PriceOutlier::upper, ColumnType.DOUBLE)
                .column("score", PriceOutlier::score, ColumnType.DOUBLE)
                .column("reason", PriceOutlier::reason, ColumnType.TEXT)
                .keyedBy("stream", "symbol", "start")
                .createTable();
    }

    @Override
    public void prepare(String stream) {
        candles(stream).open(SinkContext.fresh(stream, CANDLES, 0, 1)).close();
        outliers(stream).open(SinkContext.fresh(stream, OUTLIERS, 0, 1)).close();
    }

    @Override
    public long count(String table, String stream) {
        try (Connection connection = open();
                PreparedStatement count =
                        connection.prepareStatement("select count(*) from \"" + table + "\" where \"stream\" = ?")) {
            count.setString(1, stream);
            try (ResultSet rows = count.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        } catch (SQLException e) {
            throw new ProblemException("table " + table + " cannot be counted: " + e.getMessage(), e);
        }
    }

    private Connection open() throws SQLException {
        return user.isEmpty()
                ? DriverManager.getConnection(url)
                : DriverManager.getConnection(url, user, password.reveal());
    }

    @Override
    public String toString() {
        return "tables " + CANDLES + ", " + OUTLIERS + " in " + connection();
    }
}
