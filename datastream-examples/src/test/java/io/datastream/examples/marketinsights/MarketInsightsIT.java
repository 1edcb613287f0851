package io.datastream.examples.marketinsights;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.cassandra.testserver.CassandraServer;
import io.datastream.testkit.Await;
import io.datastream.testkit.ChildJvm;
import io.datastream.testkit.EmbeddedKafka;
import io.datastream.testkit.FreePorts;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(240)
class MarketInsightsIT {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... args) {
        return MarketInsights.run(
                args,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private String output() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String errors() {
        return err.toString(StandardCharsets.UTF_8).strip();
    }

    @Test
    void runsWithNothingConfiguredAndPassesItsOwnChecks(@TempDir Path folder) throws Exception {
        assertThat(run("--output", folder.toString())).as(errors()).isZero();
        assertThat(output())
                .contains("100,000 trades sent", "9,399 candles", "57,530 sliding statistics", "all checks passed");
        assertThat(Files.readAllLines(folder.resolve("candles.csv"))).hasSize(9_400);
        assertThat(Files.readAllLines(folder.resolve("outliers.csv")).get(0))
                .isEqualTo("symbol,start,price,expected,lower,upper,score,reason");
    }

    @Test
    void keepsItsPageUntilItIsInterrupted(@TempDir Path folder) throws Exception {
        List<String> all = Files.readAllLines(Path.of("target/market-data/bitstamp_trades_from_20131125_usd.csv"));
        Path input = Files.write(folder.resolve("trades.csv"), all.subList(0, 3_000));
        AtomicInteger code = new AtomicInteger(-1);
        Thread program = new Thread(() -> code.set(run("--input=" + input, "--output=" + folder, "--keep")));
        program.start();
        try {
            Await.until("the end", Duration.ofMinutes(2), () -> output().contains("until Ctrl-C"));
            String address = output().replaceAll("(?s).*the page stays at (\\S+) until.*", "$1");
            HttpResponse<String> response = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(address + "api/pipelines/market-insights"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(response.body()).contains("\"state\":\"COMPLETED\"", "tap-closes");
        } finally {
            program.interrupt();
            program.join();
        }
        assertThat(code.get()).as(errors()).isZero();
        assertThat(output()).contains("all checks passed");
    }

    private static List<String> lines(EmbeddedKafka kafka, String topic) {
        return kafka.readCommitted(topic).stream()
                .map(record -> new String(record.value(), StandardCharsets.UTF_8))
                .toList();
    }

    private static ChildJvm start(EmbeddedKafka kafka, String stream, Path folder) {
        return ChildJvm.of(MarketInsights.class)
                .withArguments(
                        "--kafka-broker=" + kafka.bootstrapServers(), "--stream-name=" + stream, "--output=" + folder)
                .start();
    }

    @Test
    void givesTheSameTopicsWhenItIsKilledInTheMiddleAndStartedAgain(@TempDir Path folder) {
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            try (ChildJvm undisturbed = start(kafka, "undisturbed", folder)) {
                assertThat(undisturbed.awaitExit(Duration.ofSeconds(100)))
                        .as(undisturbed.output())
                        .isZero();
            }
            String killed = startAndKill(kafka, folder);
            try (ChildJvm again = start(kafka, killed, folder)) {
                assertThat(again.awaitExit(Duration.ofSeconds(100)))
                        .as(again.output())
                        .isZero();
            }
            for (String topic : List.of("-candles", "-statistics", "-grid", "-outliers")) {
                assertThat(lines(kafka, killed + topic)).isEqualTo(lines(kafka, "undisturbed" + topic));
            }
        }
    }

    /** Kills a run in the middle; if it was done before the test came to it, another one. Returns its name. */
    private static String startAndKill(EmbeddedKafka kafka, Path folder) {
        for (int run = 1; run <= 5; run++) {
            String stream = "killed-" + run;
            String candles = stream + "-candles";
            try (ChildJvm victim = start(kafka, stream, folder)) {
                Await.until(
                        "results of a run",
                        Duration.ofSeconds(60),
                        () -> kafka.admin().listTopics().names().get().contains(candles)
                                && kafka.readCommitted(candles).size() > 500);
                victim.kill();
            }
            if (kafka.readCommitted(candles).size() < 9_399) {
                return stream;
            }
        }
        throw new AssertionError("five runs were done before they could be killed");
    }

    @Test
    void namesTheLineOfAMalformedInput(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("trades.csv");
        Files.writeString(file, "timestamp,price,amount\n1385337600,800.01,0.1\n1385337601,cheap,0.1\n");
        assertThat(run("--input", file.toString(), "--output", folder.toString()))
                .isEqualTo(1);
        assertThat(errors()).startsWith("market-insights: input: " + file).contains("line 3", "price", "cheap");
    }

    @Test
    void namesTheBrokerThatDoesNotAnswer(@TempDir Path folder) {
        String address = "127.0.0.1:" + FreePorts.next();
        assertThat(run("--kafka-broker", address, "--output", folder.toString()))
                .isEqualTo(1);
        assertThat(errors()).startsWith("market-insights: kafka.broker: " + address);
    }

    @Test
    void namesTheDatabaseThatDoesNotAnswerAndHidesItsPassword(@TempDir Path folder) throws Exception {
        String address = "localhost:" + FreePorts.next();
        assertThat(run(
                        "--jdbc-url=jdbc:postgresql://" + address + "/none",
                        "--jdbc-user=me",
                        "--jdbc-password=geheim",
                        "--output=" + folder))
                .isEqualTo(1);
        assertThat(errors())
                .startsWith("market-insights: table \"candles\": Connection to " + address + " refused")
                .endsWith("(details: " + folder.resolve("market-insights.log") + ")")
                .hasLineCount(1);
        assertThat(Files.readString(folder.resolve("market-insights.log")))
                .contains("The run has failed", "SinkException")
                .doesNotContain("geheim");
    }

    @Test
    void refusesATableOfSomethingElse(@TempDir Path folder) throws Exception {
        String url = "jdbc:h2:" + folder.resolve("mine");
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute("create table \"candles\" (\"symbol\" varchar primary key, \"wax\" double precision)");
        }
        assertThat(run("--jdbc-url=" + url, "--output=" + folder)).isEqualTo(1);
        assertThat(errors())
                .startsWith("market-insights: table \"candles\": 9 problems")
                .contains("column \"stream\": missing (expected: ALTER TABLE");
        assertThat(output()).doesNotContain("Kafka");
    }

    @Test
    void namesThePlaceOfABadRecordInTheTopic(@TempDir Path folder) throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            kafka.createTopic("mine", 1);
            kafka.produce("mine", "BTC/USD", "{\"symbol\":\"BTC/USD\",\"time\":\"noon\",\"price\":1,\"volume\":1}");
            assertThat(run("--kafka-broker=" + kafka.bootstrapServers(), "--topic=mine", "--output=" + folder))
                    .isEqualTo(1);
        }
        assertThat(errors())
                .startsWith("market-insights: ")
                .contains("mine-0@0: step \"mine\": field \"time\": \"noon\" (expected: ")
                .hasLineCount(1);
        assertThat(Files.readString(folder.resolve("market-insights.log"))).contains("CodecException");
    }

    @Test
    void namesTheFileThatIsMissing(@TempDir Path folder) {
        Path file = folder.resolve("none.csv");
        assertThat(run("--input=" + file, "--output=" + folder)).isEqualTo(1);
        assertThat(errors())
                .startsWith("market-insights: input: " + file + " cannot be read (expected:")
                .hasLineCount(1);
    }

    @Test
    void showsTheStackTraceWhenAskedTo(@TempDir Path folder) {
        assertThat(run("--input=" + folder.resolve("none.csv"), "--output=" + folder, "--debug"))
                .isEqualTo(1);
        assertThat(errors()).contains("at io.datastream.examples.marketinsights.TradeFile.read");
    }

    @Test
    void keepsRunsApartInADatabaseOfTheUsers(@TempDir Path folder) throws Exception {
        Path data = Files.createTempDirectory("market-insights-postgres");
        Files.delete(data); // the server makes it, with an owner of its own
        try (EmbeddedPostgres postgres = postgres(data)) {
            String url = postgres.getJdbcUrl("postgres", "postgres");
            for (String size : List.of("1m", "5m")) {
                assertThat(run("--jdbc-url=" + url, "--window-size=" + size, "--output=" + folder))
                        .as(size + ": " + errors() + output())
                        .isZero();
            }
            try (Connection connection = DriverManager.getConnection(url);
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("select count(*), sum(\"trades\") from \"candles\""
                            + " group by \"stream\" order by \"stream\"")) {
                rows.next();
                assertThat(rows.getLong(1)).as("candles of a minute").isEqualTo(9_399);
                assertThat(rows.getLong(2)).isEqualTo(100_000);
                rows.next();
                assertThat(rows.getLong(1)).as("candles of five minutes").isLessThan(2_100);
                assertThat(rows.getLong(2)).isEqualTo(100_000);
                assertThat(rows.next()).isFalse();
            }
        }
    }

    private static EmbeddedPostgres postgres(Path data) {
        try {
            return EmbeddedPostgres.builder()
                    .setDataDirectory(data)
                    .setPort(FreePorts.next())
                    .setPGStartupWait(Duration.ofSeconds(60))
                    .start();
        } catch (IOException | RuntimeException e) {
            return Assumptions.abort("PostgreSQL of the tests cannot start here: " + e.getMessage());
        }
    }

    @Test
    void writesIntoAnInfluxDbByOneSetting(@TempDir Path folder) throws Exception {
        int port = FreePorts.next();
        String url = "http://127.0.0.1:" + port;
        Process influx = influx(Files.createDirectory(folder.resolve("influx")), port);
        try {
            Await.until("InfluxDB", Duration.ofSeconds(60), () -> isOpen(port));

            assertThat(run("--influx-url=" + url, "--output=" + folder))
                    .as(errors() + output())
                    .isZero();

            assertThat(output()).contains("measurements candles, outliers in " + url, "all checks passed");
            HttpRequest sum = HttpRequest.newBuilder(
                            URI.create(url + "/query?db=market_insights&q=SELECT+sum(trades)+FROM+candles"))
                    .build();
            assertThat(HttpClient.newHttpClient()
                            .send(sum, HttpResponse.BodyHandlers.ofString())
                            .body())
                    .contains("[[\"1970-01-01T00:00:00Z\",100000]]");
        } finally {
            influx.destroyForcibly().waitFor();
        }
    }

    private static Process influx(Path folder, int port) {
        ProcessBuilder builder = new ProcessBuilder("influxd")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile());
        builder.environment()
                .putAll(Map.of(
                        "INFLUXDB_REPORTING_DISABLED",
                        "true",
                        "INFLUXDB_BIND_ADDRESS",
                        "127.0.0.1:" + FreePorts.next(),
                        "INFLUXDB_HTTP_BIND_ADDRESS",
                        "127.0.0.1:" + port,
                        "INFLUXDB_META_DIR",
                        folder.resolve("meta").toString(),
                        "INFLUXDB_DATA_DIR",
                        folder.resolve("data").toString(),
                        "INFLUXDB_DATA_WAL_DIR",
                        folder.resolve("wal").toString()));
        try {
            return builder.start();
        } catch (IOException e) {
            String skipped = "Test on InfluxDB skipped: there is no program influxd here: " + e.getMessage();
            System.out.println(skipped);
            return Assumptions.abort(skipped);
        }
    }

    private static boolean isOpen(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void namesTheInfluxDbThatDoesNotAnswer(@TempDir Path folder) {
        String url = "http://127.0.0.1:" + FreePorts.next();

        assertThat(run("--influx-url=" + url, "--influx-token=geheim", "--output=" + folder))
                .isEqualTo(1);

        assertThat(errors())
                .startsWith("market-insights: influx.url: " + url + " {db=market_insights} does not answer: ")
                .doesNotContain("geheim")
                .hasLineCount(1);
        assertThat(output()).doesNotContain("Kafka");
    }

    @Test
    void writesIntoACassandraByOneSetting(@TempDir Path folder) {
        CassandraServer cassandra = CassandraServer.get();

        assertThat(run(
                        "--cassandra-addresses=" + cassandra.address(),
                        "--cassandra-user=" + CassandraServer.USER,
                        "--cassandra-password=" + CassandraServer.PASSWORD,
                        "--stream-name=here",
                        "--output=" + folder))
                .as(errors() + output())
                .isZero();

        assertThat(output())
                .contains(
                        "tables candles, outliers in keyspace market_insights of cassandra " + cassandra.address(),
                        "all checks passed");
        assertThat(cassandra.rows("SELECT sum(trades) FROM market_insights.candles WHERE stream = 'here'"))
                .containsExactly("100000");
    }

    @Test
    void namesTheCassandraThatDoesNotAnswer(@TempDir Path folder) {
        String address = "127.0.0.1:" + FreePorts.next();

        assertThat(run(
                        "--cassandra-addresses=" + address,
                        "--cassandra-user=me",
                        "--cassandra-password=geheim",
                        "--output=" + folder))
                .isEqualTo(1);

        assertThat(errors())
                .startsWith("market-insights: cassandra.addresses: cassandra " + address + " (datacenter1): ")
                .doesNotContain("geheim")
                .hasLineCount(1);
        assertThat(output()).doesNotContain("Kafka");
    }

    @Test
    void refusesTwoStores(@TempDir Path folder) {
        assertThat(run("--influx-url=http://localhost:1", "--jdbc-url=jdbc:h2:mem:x", "--output=" + folder))
                .isEqualTo(1);
        assertThat(errors())
                .startsWith(
                        "market-insights: influx.url and jdbc.url: more than one store is given (expected: one of them)");
    }

    @Test
    void refusesAnUnknownOption() {
        assertThat(run("--widow-size=1m")).isEqualTo(2);
        assertThat(errors())
                .endsWith("--widow-size: \"1m\" from command line (expected: a known option; did you mean"
                        + " --window-size?)");
    }

    @Test
    void explainsItsConfigurationWithoutRunning() {
        assertThat(run("--explain-config", "--window-size=5m", "--jdbc-password=geheim"))
                .isZero();
        assertThat(output()).contains("window.size", "command line").doesNotContain("geheim");
    }
}
