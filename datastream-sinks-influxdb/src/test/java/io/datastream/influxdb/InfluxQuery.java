package io.datastream.influxdb;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Queries of InfluxDB 1, which version 2 answers as well, for looking at what is written. */
final class InfluxQuery {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private InfluxQuery() {}

    /**
     * Runs a query, and gives the rows of its answer.
     *
     * @param authorization the header of this name; empty for none
     */
    static List<List<String>> rows(String url, String authorization, String query, String database) {
        String form = "q=" + URLEncoder.encode(query, StandardCharsets.UTF_8) + "&epoch=ns&db="
                + URLEncoder.encode(database, StandardCharsets.UTF_8);
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + "/query"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Accept", "application/csv")
                .POST(HttpRequest.BodyPublishers.ofString(form));
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        try {
            HttpResponse<String> answer = CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new IllegalStateException(query + ": " + answer.statusCode() + " " + answer.body());
            }
            return Csv.rows(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
