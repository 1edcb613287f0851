package io.datastream.examples.servicemetrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.net.httpserver.HttpServer;
import io.datastream.testkit.Await;
import io.datastream.testkit.ChildJvm;
import io.datastream.testkit.FreePorts;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The example on a real PostgreSQL, with a webhook. */
@Timeout(240)
class ServiceMetricsIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int SECONDS = 600;

    private static EmbeddedPostgres postgres;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @BeforeAll
    static void startPostgres() throws IOException {
        Path data = Files.createTempDirectory("service-metrics-postgres");
        Files.delete(data); // the server makes it, with an owner of its own
        try {
            postgres = EmbeddedPostgres.builder()
                    .setDataDirectory(data)
                    .setPort(FreePorts.next())
                    .setPGStartupWait(LIMIT)
                    .start();
        } catch (IOException | RuntimeException e) {
            String skipped = "service-metrics skipped: PostgreSQL of the tests cannot start here: " + e.getMessage();
            System.out.println(skipped);
            Assumptions.abort(skipped);
        }
    }

    @AfterAll
    static void stopPostgres() throws IOException {
        if (postgres != null) {
            postgres.close();
        }
    }

    @Test
    void pushedRequestsBecomeRowsAndAlertsThatSayWhy(@TempDir Path folder) throws Exception {
        Queue<String> posted = new ConcurrentLinkedQueue<>();
        HttpServer webhook = webhook(posted);
        try {
            int exit = run(
                    "--jdbc.url=" + database("simulated"),
                    "--jdbc.user=postgres",
                    "--webhook.url=http://127.0.0.1:" + webhook.getAddress().getPort() + "/alerts",
                    "--port=0",
                    "--token=secret",
                    "--quiet=1h",
                    "--simulate=" + SECONDS,
                    "--output=" + folder);

            assertThat(exit).as(output()).isZero();
        } finally {
            webhook.stop(0);
        }
        assertThat(output())
                .contains("CRITICAL raised: failing of payment in service-metrics")
                .contains("The share of failed requests of payment is 0.")
                .contains("More than one request in twenty fails, which users notice.")
                .contains("cleared: failing of payment")
                .contains("all checks passed");
        assertThat(String.join("\n", posted))
                .contains("\"state\":\"RAISED\"", "\"state\":\"CLEARED\"", "\"series\":\"payment\"")
                .contains("\"why\":\"More than one request in twenty fails");
    }

    @Test
    void eachRowIsThereOnceWhenTheProgramIsKilledAndStartedAgain(@TempDir Path folder) throws Exception {
        String url = database("killed");
        Instant start = Instant.now().truncatedTo(ChronoUnit.MINUTES).minusSeconds(SECONDS);
        MadeUpServices services = new MadeUpServices(start, SECONDS);
        int all = services.requests().size();

        try (ChildJvm program = start(url, folder)) {
            services.push(address(program), null, 0, all / 2);
            program.kill();
        }
        try (ChildJvm again = start(url, folder)) {
            services.push(address(again), null, all / 2, all);
            Await.until(
                    "all rows",
                    LIMIT,
                    () -> rows("killed", "select * from service_minutes").size() >= services.minutes());
            again.signal(ChildJvm.Signal.TERM);
            assertThat(again.awaitExit(LIMIT)).as(again.output()).isEqualTo(143);
        }

        List<ServiceMinute> expected = model(services.requests(), start.plusSeconds(SECONDS - 60));
        List<ServiceMinute> minutes = minutes("killed");
        assertThat(minutes.stream().map(row -> row.service() + " " + row.minute() + " " + row.requests()))
                .isEqualTo(expected.stream()
                        .map(row -> row.service() + " " + row.minute() + " " + row.requests())
                        .toList());
        for (int i = 0; i < expected.size(); i++) {
            ServiceMinute row = minutes.get(i);
            assertThat(row.perSecond()).as("%s", row).isCloseTo(expected.get(i).perSecond(), within(1e-9));
            assertThat(row.p95Millis()).as("%s", row).isCloseTo(expected.get(i).p95Millis(), within(1e-9));
            assertThat(row.errorShare()).as("%s", row).isCloseTo(expected.get(i).errorShare(), within(1e-9));
        }
        assertThat(rows("killed", "select series, state, since from service_alerts order by series, since, number"))
                .isEqualTo(alerts(expected));
    }

    private static ChildJvm start(String url, Path folder) {
        return ChildJvm.of(ServiceMetrics.class)
                .withArguments(
                        "--jdbc.url=" + url, "--jdbc.user=postgres", "--port=0", "--quiet=1h", "--output=" + folder)
                .start();
    }

    private static URI address(ChildJvm program) {
        String line = program.awaitOutput("runs until Ctrl-C", LIMIT) + program.output();
        return URI.create(line.replaceAll("(?s).*takes requests at (\\S+).*", "$1"));
    }

    /** What each minute of each service must be, computed one by one; those that end after the given time are not over. */
    private static List<ServiceMinute> model(List<Request> requests, Instant end) {
        TreeMap<String, TreeMap<Instant, List<Request>>> groups = new TreeMap<>();
        for (Request request : requests) {
            Instant minute = request.time().truncatedTo(ChronoUnit.MINUTES);
            if (minute.isBefore(end)) {
                groups.computeIfAbsent(request.service(), any -> new TreeMap<>())
                        .computeIfAbsent(minute, any -> new ArrayList<>())
                        .add(request);
            }
        }
        List<ServiceMinute> rows = new ArrayList<>();
        groups.forEach((service, minutes) -> minutes.forEach((minute, group) -> {
            double[] millis =
                    group.stream().mapToDouble(Request::millis).sorted().toArray();
            double place = 0.95 * (millis.length - 1);
            int below = (int) place;
            double p95 = below + 1 < millis.length
                    ? millis[below] + (place - below) * (millis[below + 1] - millis[below])
                    : millis[below];
            long failed = group.stream().filter(Request::isFailed).count();
            rows.add(new ServiceMinute(
                    service, minute, group.size(), group.size() / 60.0, p95, failed / (double) group.size()));
        }));
        return rows;
    }

    /** The alerts of the rule, told one minute after the other. */
    private static List<String> alerts(List<ServiceMinute> minutes) {
        List<String> alerts = new ArrayList<>();
        ServiceMinute first = null;
        boolean worse = false;
        for (ServiceMinute minute : minutes) {
            if (first != null && !first.service().equals(minute.service())) {
                first = null; // still going on at the end of the service before
            }
            if (first == null && minute.errorShare() > 0.05) {
                first = minute;
                worse = minute.errorShare() > 0.3;
                alerts.add(alert("RAISED", first));
            } else if (first != null && !worse && minute.errorShare() > 0.3) {
                worse = true;
                alerts.add(alert("WORSENED", first));
            } else if (first != null && minute.errorShare() <= 0.02) {
                alerts.add(alert("CLEARED", first));
                first = null;
            }
        }
        return alerts;
    }

    private static String alert(String state, ServiceMinute first) {
        return first.service() + " " + state + " "
                + first.minute().plus(ServiceMinute.LENGTH).minus(1, ChronoUnit.MICROS);
    }

    @Test
    void saysThatThereIsNoDatabaseAndWhereToReadHowToGetOne(@TempDir Path folder) {
        String nobody = "127.0.0.1:" + FreePorts.next();

        assertThat(run("--jdbc.url=jdbc:postgresql://" + nobody + "/metrics", "--output=" + folder))
                .isEqualTo(1);

        assertThat(output())
                .startsWith("service-metrics: jdbc.url: jdbc:postgresql://" + nobody + "/metrics: ")
                .contains("expected: a PostgreSQL")
                .hasLineCount(1);
    }

    private int run(String... settings) {
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        return ServiceMetrics.run(settings, out, out);
    }

    private String output() {
        return printed.toString(StandardCharsets.UTF_8).strip();
    }

    private static HttpServer webhook(Queue<String> posted) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/alerts", exchange -> {
            posted.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        return server;
    }

    /** Makes a database and returns its URL. */
    private static String database(String name) throws Exception {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create database " + name);
        }
        return postgres.getJdbcUrl("postgres", name);
    }

    private static List<ServiceMinute> minutes(String database) throws Exception {
        List<ServiceMinute> minutes = new ArrayList<>();
        try (Connection connection = postgres.getDatabase("postgres", database).getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select service, minute, requests, per_second, p95_millis,"
                        + " error_share from service_minutes order by service collate \"C\", minute")) {
            while (rows.next()) {
                minutes.add(new ServiceMinute(
                        rows.getString(1),
                        rows.getTimestamp(2).toInstant(),
                        rows.getLong(3),
                        rows.getDouble(4),
                        rows.getDouble(5),
                        rows.getDouble(6)));
            }
        }
        return minutes;
    }

    /** Rows as texts, columns divided by spaces, times in UTC. */
    private static List<String> rows(String database, String query) throws Exception {
        List<String> texts = new ArrayList<>();
        try (Connection connection = postgres.getDatabase("postgres", database).getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            int columns = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                List<String> row = new ArrayList<>();
                for (int column = 1; column <= columns; column++) {
                    Object value = rows.getObject(column);
                    row.add(
                            value instanceof java.sql.Timestamp time
                                    ? time.toInstant().toString()
                                    : String.valueOf(value));
                }
                texts.add(String.join(" ", row));
            }
        }
        return texts;
    }
}
