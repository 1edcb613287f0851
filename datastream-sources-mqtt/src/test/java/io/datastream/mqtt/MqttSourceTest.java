package io.datastream.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.log.FileLog;
import io.datastream.secret.Tls;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MqttSourceTest {
    @TempDir
    Path folder;

    private FileLog log;

    @BeforeEach
    void open() {
        log = FileLog.open(folder);
    }

    @AfterEach
    void close() {
        log.close();
    }

    private MqttSource<String> source() {
        return MqttSource.at("mqtt://localhost", "c", log, MqttMessage::text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "localhost:1883",
                "tcp://localhost",
                "mqtt://user:secret@localhost",
                "mqtt://",
                "mqtt://localhost/path",
                "mqtt://local host"
            })
    void refusesAddressesThatAreNone(String broker) {
        assertThatThrownBy(() -> MqttSource.at(broker, "c", log, MqttMessage::text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("broker: not usable (expected: such as mqtt://localhost:1883")
                .hasMessageNotContaining("secret");
    }

    @Test
    void portsAreThoseOfTheStandardWhereNoneIsGiven() {
        assertThat(source()).hasToString("mqtt c at localhost:1883");
        assertThat(MqttSource.at("mqtts://b", "c", log, MqttMessage::text)).hasToString("mqtt c at b:8883");
    }

    @Test
    void refusesWhatCannotWork() {
        assertThatThrownBy(() -> source().start()).hasMessage("topics: none (expected: at least one; see subscribe)");
        assertThatThrownBy(() -> source().subscribe("a/+").subscribe("a/{b}"))
                .hasMessage("topic: a/{b} (expected: another one than a/+)");
        assertThatThrownBy(() -> source().withKeepAlive(Duration.ZERO)).hasMessageContaining("keepAlive: PT0S");
        assertThatThrownBy(() -> source().withReceiveMaximum(65_536)).hasMessageContaining("receiveMaximum: 65536");
        assertThatThrownBy(() -> source().withTls(Tls.ofSystem())).hasMessageContaining("a broker at mqtts://");
        assertThatThrownBy(() -> MqttWill.of("a/#", "x")).hasMessageContaining("without wildcards");
        assertThatThrownBy(() -> MqttSource.at("mqtt://b", " ", log, MqttMessage::text))
                .hasMessageContaining("clientId: blank");
    }

    @Test
    void topicsAreShownOnOneLine() {
        assertThat(MqttMessage.shown("a\nb\u202ec\ud800")).isEqualTo("a\\nb\\u202ec\\ud800");
        assertThat(MqttMessage.shown("\ud83c\udf21/\u00e9")).isEqualTo("\ud83c\udf21/\u00e9");
        assertThat(MqttMessage.shown("x".repeat(201))).isEqualTo("x".repeat(200) + "...");
    }
}
