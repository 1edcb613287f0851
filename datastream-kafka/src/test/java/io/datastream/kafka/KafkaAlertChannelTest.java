package io.datastream.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.alert.AlertBook.ChannelStatus;
import io.datastream.alerts.AlertFormat;
import io.datastream.alerts.AlertManager;
import io.datastream.alerts.AlertSettings;
import io.datastream.config.YamlSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaAlertChannelTest {
    @TempDir
    Path folder;

    private AlertSettings read(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("alerts.yaml"), text);
        KafkaRuntime runtime = KafkaRuntime.at("localhost:9092");
        // region: kafka-alerts-file
        AlertFormat format = AlertFormat.create()
                .withChannels("kafka", (name, settings) -> KafkaAlertChannel.from(name, settings, runtime));
        // endregion
        return YamlSettings.read(file, format::read);
    }

    @Test
    void tellsItsTopicsAndBrokers() {
        // region: kafka-alerts-channel
        KafkaAlertChannel channel = KafkaAlertChannel.to(
                KafkaRuntime.at("localhost:9092"), KafkaAlerts.log("ops-alerts"), KafkaAlerts.table("ops-alerts-now"));
        // endregion
        assertThat(channel.named("ops"))
                .hasToString("alerts ops to topics [ops-alerts, ops-alerts-now] on localhost:9092");
    }

    @Test
    void readsTheDocumentedFile() throws IOException {
        Matcher block = Pattern.compile("(?s)<!-- snippet: kafka-alerts-yaml -->\n```yaml\n(.*?)```\n")
                .matcher(Files.readString(Path.of("../docs/alerting.md")));
        assertThat(block.find()).isTrue();
        try (AlertManager manager = read(block.group(1)).alerting().start()) {
            assertThat(manager.channels()).extracting(ChannelStatus::channel).containsExactly("ops");
        }
    }

    @Test
    void tellsWhereAFileIsWrong() {
        assertThatThrownBy(() -> read("channels: {kafka: {}}"))
                .hasMessageContaining("channels.kafka.log: ")
                .hasMessageContaining("(expected: the name of a topic, here or as table)");
        assertThatThrownBy(() -> read("channels: {kafka: {table: 'a b'}}"))
                .hasMessageContaining("channels.kafka.table: \"a b\"")
                .hasMessageContaining("(expected: the name of a topic: 1 to 249 letters, digits, '.', '_' or '-')");
    }

    @Test
    void writesAnEpisodeUnderItsKeyAndRemovesItFromATableWhenItIsOver() {
        KafkaAlerts log = KafkaAlerts.log("alerts");
        KafkaAlerts table = KafkaAlerts.table("alerts-now");
        assertThat(log.key(Alerts.alert("x", 1))).isEqualTo(log.key(Alerts.alert("x", 0)));
        assertThat(log.bytes(Alerts.alert("x", 1)))
                .isEqualTo(Alerts.alert("x", 1).json().getBytes(StandardCharsets.UTF_8));
        assertThat(table.bytes(Alerts.alert("x", 0))).isNotNull();
        assertThat(table.bytes(Alerts.alert("x", 1))).isNull();
    }
}
