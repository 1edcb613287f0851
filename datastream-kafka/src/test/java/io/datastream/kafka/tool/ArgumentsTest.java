package io.datastream.kafka.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgumentsTest {
    private static final Arguments.Options OPTIONS =
            new Arguments.Options(Set.of("yes"), Set.of("broker", "limit"), Set.of("offset"));

    private static Arguments parse(String... line) {
        return Arguments.parse(List.of(line), OPTIONS);
    }

    @Test
    void takesWordsFlagsAndValuesInAnyOrder() {
        Arguments arguments = parse("--yes", "orders", "--broker", "a:1", "--offset=0@1", "--offset", "2@3");
        assertThat(arguments.words()).containsExactly("orders");
        assertThat(arguments.has("yes")).isTrue();
        assertThat(arguments.one("broker")).isEqualTo("a:1");
        assertThat(arguments.all("offset")).containsExactly("0@1", "2@3");
        assertThat(arguments.one("limit")).isNull();
        assertThat(arguments.number("limit", 7, 0)).isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "--borker a;--borker: unknown option (expected: one of --broker, --limit, --offset, --yes)",
                "--broker;--broker: no value (expected: --broker VALUE)",
                "--broker --yes;--broker: no value (expected: --broker VALUE)",
                "--yes=no;--yes: \"no\" (expected: no value)",
                "--broker a --broker b;--broker: given twice, \"a\" and \"b\" (expected: once)",
            })
    void refusesWhatItDoesNotUnderstand(String line, String message) {
        assertThatThrownBy(() -> parse(line.split(" ")))
                .isInstanceOf(UsageException.class)
                .hasMessage(message);
    }

    @Test
    void refusesNumbersThatAreNone() {
        assertThatThrownBy(() -> parse("--limit", "x").number("limit", 1, 0))
                .hasMessage("--limit: x (expected: a whole number)");
        assertThatThrownBy(() -> parse("--limit", "-1").number("limit", 1, 0))
                .hasMessage("--limit: -1 (expected: 0 or more)");
    }

    @ParameterizedTest
    @CsvSource({
        "2026-03-01, 2026-03-01T00:00:00Z",
        "2026-03-01T12:30:00Z, 2026-03-01T12:30:00Z",
        "2026-03-01T12:30:00.25+02:00, 2026-03-01T10:30:00.250Z"
    })
    void readsTimes(String text, Instant time) {
        assertThat(Times.parse("to-time", text)).isEqualTo(time);
    }

    @ParameterizedTest
    @CsvSource({"yesterday", "2026-03-01T12:30:00", "2026-13-01", "1700000000"})
    void refusesTimesThatMayBeMisread(String text) {
        assertThatThrownBy(() -> Times.parse("to-time", text))
                .isInstanceOf(UsageException.class)
                .hasMessage("--to-time: " + text
                        + " (expected: a time such as 2026-03-01T12:00:00Z, or a day such as 2026-03-01)");
    }
}
