package io.datastream.examples.marketinsights;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.testkit.Await;
import io.datastream.testkit.ChildJvm;
import io.datastream.testkit.EmbeddedKafka;
import io.datastream.testkit.FreePorts;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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

    private static List<String> lines(EmbeddedKafka kafka, String topic) {
        return kafka.readCommitted(topic).stream()
                .map(record -> new String(record.value(), StandardCharsets.UTF_8))
                .toList();
    }

    private static ChildJvm start(EmbeddedKafka kafka, String stream, Path folder) {
        return ChildJvm.of(MarketInsights.class)
                .withArguments(
                        "--kafka-broker=" + kafka.bootstrapServers(),
                        "--stream-name=" + stream,
                        "--jdbc-url=jdbc:h2:" + folder.resolve(stream),
                        "--output=" + folder)
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
            try (ChildJvm victim = start(kafka, "killed", folder)) {
                Await.until(
                        "results of the first run",
                        Duration.ofSeconds(60),
                        () -> kafka.admin().listTopics().names().get().contains("killed-candles")
                                && kafka.readCommitted("killed-candles").size() > 500);
                victim.kill();
            }
            int before = kafka.readCommitted("killed-candles").size();
            assertThat(before).as("killed in the middle").isBetween(501, 9_398);
            try (ChildJvm again = start(kafka, "killed", folder)) {
                assertThat(again.awaitExit(Duration.ofSeconds(100)))
                        .as(again.output())
                        .isZero();
            }
            for (String topic : List.of("-candles", "-statistics", "-grid", "-outliers")) {
                assertThat(lines(kafka, "killed" + topic)).isEqualTo(lines(kafka, "undisturbed" + topic));
            }
        }
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
    void refusesAnUnknownOption() {
        assertThat(run("--widow-size=1m")).isEqualTo(2);
        assertThat(errors())
                .endsWith(
                        "--widow-size: \"1m\" from command line (expected: a known option; did you mean --window-size?)");
    }

    @Test
    void explainsItsConfigurationWithoutRunning() {
        assertThat(run("--explain-config", "--window-size=5m", "--jdbc-password=geheim"))
                .isZero();
        assertThat(output()).contains("window.size", "command line").doesNotContain("geheim");
    }
}
