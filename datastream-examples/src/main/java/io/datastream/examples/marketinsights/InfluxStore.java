package io.datastream.examples.marketinsights;

import io.datastream.config.Config;
import io.datastream.config.Secret;
import io.datastream.influxdb.InfluxConnection;
import io.datastream.influxdb.InfluxSink;
import io.datastream.secret.SecretSource;
import io.datastream.sink.Sink;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Candles and outliers as points of an InfluxDB: version 2 where an organization is given, else version 1. Both answer the
 * queries of version 1, by which the points are counted.
 */
final class InfluxStore implements Store {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final String url;
    private final String database;
    private final @Nullable String organization;
    private final @Nullable Secret token;

    private InfluxStore(String url, String database, @Nullable String organization, @Nullable Secret token) {
        this.url = url;
        this.database = database;
        this.organization = organization;
        this.token = token;
    }

    static InfluxStore of(String url, Config config) {
        return new InfluxStore(
                url,
                config.get(Options.INFLUX_DATABASE),
                config.find(Options.INFLUX_ORGANIZATION).orElse(null),
                config.find(Options.INFLUX_TOKEN).orElse(null));
    }

    private InfluxConnection connection() {
        InfluxConnection connection = organization == null
                ? InfluxConnection.v1(url, database)
                : InfluxConnection.v2(url, organization, database);
        return token == null ? connection : connection.withToken(SecretSource.of(token.reveal()));
    }

    @Override
    public Sink<Candle> candles(String stream) {
        return InfluxSink.into(CANDLES, Candle.class, connection())
                .tag("stream", candle -> stream)
                .tagged("symbol")
                .without("start")
                .at(Candle::start);
    }

    @Override
    public Sink<PriceOutlier> outliers(String stream) {
        return InfluxSink.into(OUTLIERS, PriceOutlier.class, connection())
                .tag("stream", outlier -> stream)
                .tagged("symbol")
                .without("start")
                .at(PriceOutlier::start);
    }

    /** Makes the database of an InfluxDB 1; a bucket has to be there. */
    @Override
    public void prepare(String stream) {
        if (organization == null) {
            ask("CREATE DATABASE \"" + escaped(database, '"') + "\"");
        } else {
            count(CANDLES, stream);
        }
    }

    @Override
    public long count(String table, String stream) {
        String field = table.equals(CANDLES) ? "close" : "price";
        List<String> lines = ask("SELECT count(\"" + field + "\") FROM \"" + table + "\" WHERE \"stream\" = '"
                        + escaped(stream, '\'') + "'")
                .lines()
                .toList();
        if (lines.size() < 2) {
            return 0;
        }
        String last = lines.get(1);
        return Long.parseLong(last.substring(last.lastIndexOf(',') + 1));
    }

    private static String escaped(String name, char quote) {
        return name.replace("\\", "\\\\").replace(String.valueOf(quote), "\\" + quote);
    }

    /** The answer to a query, as CSV with a line of names, or nothing where there are no points. */
    private String ask(String query) {
        String form = "q=" + encoded(query) + "&db=" + encoded(database);
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + "/query"))
                .timeout(LIMIT)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Accept", "application/csv")
                .POST(HttpRequest.BodyPublishers.ofString(form));
        if (token != null) {
            request.header("Authorization", "Token " + token.reveal());
        }
        HttpResponse<String> answer;
        try {
            answer = HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new ProblemException("influx.url: " + connection() + " does not answer: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProblemException("interrupted", e);
        }
        if (answer.statusCode() != 200) {
            throw new ProblemException("influx.url: " + connection() + " answers with status " + answer.statusCode()
                    + " (expected: 200; is the token right, and is the database or bucket there?)");
        }
        return answer.body();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "measurements " + CANDLES + ", " + OUTLIERS + " in " + connection();
    }
}
