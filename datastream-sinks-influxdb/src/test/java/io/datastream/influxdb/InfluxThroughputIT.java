package io.datastream.influxdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.Pipeline;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.source.ListSource;
import io.datastream.time.EventTime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * How many points a second a pipeline writes, beside the plain best way: lines that are there already, sent by the JDK's client
 * in requests of as many lines, compressed as well. Both in turn, in one run, on the same server. Run only when a number of
 * points is given, see docs/connectors/influxdb.md.
 */
@EnabledIfSystemProperty(named = InfluxThroughputIT.PROPERTY, matches = "\\d+")
class InfluxThroughputIT {
    static final String PROPERTY = "datastream.influxdb.points";

    private static final int ROUNDS = 5;
    private static final Instant START = Instant.parse("2024-01-01T00:00:00Z");

    record Reading(String sensor, String site, Instant time, double value, long count) {}

    private static Reading reading(int number) {
        return new Reading(
                "s" + number % 1_000, "site " + number % 10, START.plusNanos(1_000L * number), number * 0.37, number);
    }

    private static byte[] line(Reading reading) {
        String text = "readings,sensor=" + reading.sensor() + ",site="
                + reading.site().replace(" ", "\\ ")
                + " count=" + reading.count() + "i,value=" + reading.value() + " " + EventTime.nanos(reading.time())
                + "\n";
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void pointsASecondBesideThePlainBestWay() throws Exception {
        int points = Integer.getInteger(PROPERTY);
        List<Reading> readings = new ArrayList<>(points);
        List<byte[]> lines = new ArrayList<>(points);
        for (int i = 0; i < points; i++) {
            readings.add(reading(i));
            lines.add(line(readings.get(i)));
        }
        double[] plain = new double[ROUNDS];
        double[] pipeline = new double[ROUNDS];
        try (InfluxServer server = InfluxServer.start()) {
            for (int round = -1; round < ROUNDS; round++) { // the first one warms up
                double plainRate = rate(server, points, () -> sendPlainly(server, lines));
                double pipelineRate = rate(server, points, () -> run(server, readings));
                if (round >= 0) {
                    plain[round] = plainRate;
                    pipeline[round] = pipelineRate;
                }
            }
        }
        Arrays.sort(plain);
        Arrays.sort(pipeline);
        System.out.printf(
                Locale.ROOT,
                "InfluxDB, %,d points, medians of %d rounds in turn: plain %,.0f points a second (%,.0f to %,.0f),"
                        + " pipeline %,.0f (%,.0f to %,.0f), ratio %.2f%n",
                points,
                ROUNDS,
                plain[ROUNDS / 2],
                plain[0],
                plain[ROUNDS - 1],
                pipeline[ROUNDS / 2],
                pipeline[0],
                pipeline[ROUNDS - 1],
                pipeline[ROUNDS / 2] / plain[ROUNDS / 2]);
    }

    private interface Way {
        void write() throws Exception;
    }

    private static double rate(InfluxServer server, int points, Way way) throws Exception {
        server.create("speed");
        long begin = System.nanoTime();
        way.write();
        double seconds = (System.nanoTime() - begin) / 1e9;
        List<List<String>> count = server.query("SELECT count(value) FROM readings", "speed");
        assertThat(count.get(0).get(3)).isEqualTo(String.valueOf(points));
        return points / seconds;
    }

    private static void run(InfluxServer server, List<Reading> readings) throws Exception {
        InfluxSink<Reading> sink = InfluxSink.into(
                        "readings", Reading.class, InfluxConnection.v1(server.url(), "speed"))
                .tagged("sensor", "site")
                .without("time");
        Pipeline pipeline = Pipeline.from(ListSource.of(readings).eventTime(Reading::time))
                .to(sink)
                .named("speed");
        try (PipelineController controller = LocalRuntime.create().start(pipeline)) {
            controller.awaitTermination();
        }
    }

    private static void sendPlainly(InfluxServer server, List<byte[]> lines) throws Exception {
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        URI uri = URI.create(server.url() + "/write?db=speed&precision=ns");
        for (int from = 0; from < lines.size(); from += InfluxSink.DEFAULT_BATCH_LINES) {
            int to = Math.min(from + InfluxSink.DEFAULT_BATCH_LINES, lines.size());
            HttpRequest request = HttpRequest.newBuilder(uri)
                    .header("Content-Encoding", "gzip")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(compressed(lines.subList(from, to))))
                    .build();
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
        }
    }

    private static byte[] compressed(List<byte[]> lines) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            for (byte[] line : lines) {
                out.write(line);
            }
        }
        return bytes.toByteArray();
    }
}
