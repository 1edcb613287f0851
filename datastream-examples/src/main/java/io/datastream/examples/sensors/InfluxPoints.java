package io.datastream.examples.sensors;

import io.datastream.config.Config;
import io.datastream.config.Secret;
import io.datastream.examples.Servers;
import io.datastream.influxdb.InfluxConnection;
import io.datastream.secret.SecretSource;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** The InfluxDB that points are written to, and asked how many it has. */
final class InfluxPoints {
    private final String url;
    private final String database;
    private final Optional<String> organization;
    private final Optional<Secret> token;

    InfluxPoints(Config config) {
        this.url = config.get(SensorOptions.INFLUX_URL);
        this.database = config.get(SensorOptions.INFLUX_DATABASE);
        this.organization = config.find(SensorOptions.INFLUX_ORGANIZATION);
        this.token = config.find(SensorOptions.INFLUX_TOKEN);
    }

    InfluxConnection connection() {
        InfluxConnection connection = organization
                .map(name -> InfluxConnection.v2(url, name, database))
                .orElseGet(() -> InfluxConnection.v1(url, database));
        return token.map(secret -> connection.withToken(SecretSource.of(secret.reveal())))
                .orElse(connection);
    }

    /** Looks whether it is there, and makes the database of an InfluxDB 1; a bucket has to be there. */
    void prepare() throws IOException, InterruptedException {
        Servers.check(
                SensorOptions.INFLUX_URL.key(),
                url,
                8086,
                "an InfluxDB; on Debian: apt-get install influxdb, then influxd &");
        if (organization.isEmpty()) {
            ask("CREATE DATABASE \"" + database.replace("\"", "\\\"") + "\"");
        }
    }

    /** How many points of a site a measurement has. */
    long count(String measurement, String site) throws IOException, InterruptedException {
        List<String> lines = ask("SELECT count(\"value\") FROM \"" + measurement + "\" WHERE \"site\" = '" + site + "'")
                .lines()
                .toList();
        return lines.size() < 2
                ? 0
                : Long.parseLong(lines.get(1).substring(lines.get(1).lastIndexOf(',') + 1));
    }

    private String ask(String query) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + "/query"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Accept", "application/csv")
                .POST(HttpRequest.BodyPublishers.ofString("q=" + encoded(query) + "&db=" + encoded(database)));
        token.ifPresent(secret -> request.header("Authorization", "Token " + secret.reveal()));
        HttpResponse<String> answer =
                HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException("influx.url: status " + answer.statusCode()
                    + " (expected: 200; is the token right, and is the database or bucket there?)");
        }
        return answer.body();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
