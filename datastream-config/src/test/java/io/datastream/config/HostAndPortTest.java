package io.datastream.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostAndPortTest {
    @ParameterizedTest
    @CsvSource({
        "localhost:9092, localhost, 9092",
        "10.0.0.7:5432, 10.0.0.7, 5432",
        "broker-1.example.org:65535, broker-1.example.org, 65535",
        "[::1]:1, ::1, 1",
        "[fe80::1%eth0]:80, fe80::1%eth0, 80",
        "kafka_1:9092, kafka_1, 9092",
    })
    void readsAndWritesTheSameText(String text, String host, int port) {
        assertThat(HostAndPort.from(text))
                .isEqualTo(new HostAndPort(host, port))
                .hasToString(text);
    }

    @Test
    void namesTheBadPart() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HostAndPort("a b", 1))
                .withMessage("host: \"a b\" (expected: a host name or an address such as 10.0.0.7 or ::1)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HostAndPort("a", 0))
                .withMessage("port: 0 (expected: from 1 to 65535)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HostAndPort.from("::1:80"))
                .withMessage("host and port: \"::1:80\" (expected: one port, and an IPv6 address in brackets)");
    }
}
