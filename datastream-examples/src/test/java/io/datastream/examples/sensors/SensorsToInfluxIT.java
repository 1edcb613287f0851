package io.datastream.examples.sensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.datastream.simulate.Sample;
import io.datastream.testkit.Await;
import io.datastream.testkit.FreePorts;
import io.datastream.time.EventTime;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The example on a real broker and a real InfluxDB. Skipped where these programs are not installed. */
@Timeout(240)
class SensorsToInfluxIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int SECONDS = 600;
    private static final long MINUTE = 60_000_000_000L;

    @TempDir
    Path folder;

    private final List<Process> servers = new ArrayList<>();
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @AfterEach
    void stop() throws Exception {
        for (Process server : servers) {
            server.destroyForcibly().waitFor();
        }
    }

    @Test
    void readingsAndMeansAreThoseOfAPlainModelToTheLastOne() throws Exception {
        int broker = startBroker();
        int influx = startInflux();

        int exit = run(
                "--mqtt.url=mqtt://127.0.0.1:" + broker,
                "--influx.url=http://127.0.0.1:" + influx,
                "--simulate=" + SECONDS,
                "--output=" + folder.resolve("output"));

        assertThat(exit).as(output()).isZero();
        assertThat(output()).contains("set aside: messages@", "/broken: ", "all checks passed");
        Map<String, Double> readings = points(influx, "readings");
        long start = readings.keySet().stream()
                .mapToLong(point -> Long.parseLong(point.substring(point.indexOf(' ') + 1)))
                .min()
                .orElseThrow();
        assertThat(start % MINUTE).as("start in its minute").isZero();
        List<Sample> published = new SensorPublisher("any", EventTime.instant(start), SECONDS).samples();
        assertThat(readings)
                .isEqualTo(published.stream()
                        .collect(Collectors.toMap(
                                sample -> sample.key() + " " + sample.timeNanos(), Sample::value, (a, again) -> a)));
        Map<String, Double> means = points(influx, "minute_means");
        Map<String, Double> expected = means(readings, start + SECONDS * 1_000_000_000L);
        assertThat(means.keySet()).isEqualTo(expected.keySet());
        means.forEach((window, mean) -> assertThat(mean).as(window).isCloseTo(expected.get(window), within(1e-9)));
    }

    /** The mean of each sensor and minute, but for the last minute, which the watermark has not passed in the end. */
    private static Map<String, Double> means(Map<String, Double> readings, long end) {
        Map<String, List<Double>> values = new TreeMap<>();
        readings.forEach((point, value) -> {
            String sensor = point.substring(0, point.indexOf(' '));
            long time = Long.parseLong(point.substring(sensor.length() + 1));
            if (time < end - MINUTE) {
                values.computeIfAbsent(sensor + " " + time / MINUTE * MINUTE, any -> new ArrayList<>())
                        .add(value);
            }
        });
        Map<String, Double> means = new TreeMap<>();
        values.forEach((window, all) -> means.put(
                window, all.stream().mapToDouble(Double::doubleValue).average().orElseThrow()));
        return means;
    }

    @Test
    void saysWhichServerIsMissingAndHowToGetIt() {
        String nobody = "127.0.0.1:" + FreePorts.next();

        assertThat(run("--mqtt.url=mqtt://" + nobody, "--output=" + folder)).isEqualTo(1);

        assertThat(output())
                .startsWith("sensors-to-influx: mqtt.url: mqtt://" + nobody + " does not answer: ")
                .contains("apt-get install mosquitto")
                .hasLineCount(1);
    }

    private int run(String... settings) {
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        return SensorsToInflux.run(settings, out, out);
    }

    private String output() {
        return printed.toString(StandardCharsets.UTF_8).strip();
    }

    /** The values of a measurement by series and time. */
    private static Map<String, Double> points(int port, String measurement) throws Exception {
        String query = URLEncoder.encode("SELECT * FROM " + measurement, StandardCharsets.UTF_8);
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + "/query?db=sensors&epoch=ns&q=" + query))
                .header("Accept", "application/csv")
                .build();
        List<String[]> rows = HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body()
                .lines()
                .map(line -> line.split(",", -1))
                .toList();
        List<String> header = List.of(rows.get(0));
        Map<String, Double> points = new TreeMap<>();
        for (String[] row : rows.subList(1, rows.size())) {
            points.put(
                    row[header.indexOf("sensor")] + " " + row[header.indexOf("time")],
                    Double.valueOf(row[header.indexOf("value")]));
        }
        return points;
    }

    private int startBroker() throws IOException {
        int port = FreePorts.next();
        Path config = Files.write(
                folder.resolve("mosquitto.conf"),
                List.of(
                        "listener " + port + " 127.0.0.1",
                        "user " + System.getProperty("user.name"),
                        "allow_anonymous true"));
        start(port, "mosquitto", "-c", config.toString());
        return port;
    }

    private int startInflux() throws IOException {
        int port = FreePorts.next();
        Path config = Files.writeString(
                folder.resolve("influxdb.conf"), """
                reporting-disabled = true
                bind-address = "127.0.0.1:%d"
                [meta]
                  dir = "%s/meta"
                [data]
                  dir = "%s/data"
                  wal-dir = "%s/wal"
                [monitor]
                  store-enabled = false
                [http]
                  bind-address = "127.0.0.1:%d"
                """.formatted(FreePorts.next(), folder, folder, folder, port));
        start(port, "influxd", "run", "-config", config.toString());
        return port;
    }

    private void start(int port, String name, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(program(name)));
        command.addAll(List.of(arguments));
        servers.add(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".log").toFile())
                .start());
        Await.until(name + " on port " + port, LIMIT, () -> {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected();
            } catch (IOException e) {
                return false;
            }
        });
    }

    private static String program(String name) {
        return Stream.concat(
                        Stream.of(System.getenv("PATH").split(File.pathSeparator)), Stream.of("/usr/sbin", "/usr/bin"))
                .map(place -> Path.of(place, name))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst()
                .orElseGet(() -> skip(name));
    }

    private static String skip(String name) {
        String skipped = "sensors-to-influx skipped: there is no program " + name + " here";
        System.out.println(skipped);
        return Assumptions.abort(skipped);
    }
}
