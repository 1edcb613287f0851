package io.datastream.influxdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.codec.CodecException;
import io.datastream.secret.SecretSource;
import io.datastream.sink.SinkContext;
import io.datastream.sink.SinkException;
import io.datastream.sink.SinkWriter;
import io.datastream.time.Window;
import io.datastream.time.Windowed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests as they are sent, and what follows from answers that the real servers here cannot be made to give. */
class InfluxSinkTest {
    record Reading(
            String sensor,
            Instant time,
            double value,
            @Nullable Place place) {}

    record Place(String siteName, long floor) {}

    record Stats(double mean, long count) {}

    private static final Instant TIME = Instant.parse("2024-01-01T00:00:00.123456789Z");

    private ScriptedServer server;
    private final List<String> refused = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        server = new ScriptedServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private InfluxConnection v1() {
        return InfluxConnection.v1(server.url(), "metrics");
    }

    private static InfluxSink<Integer> numbers(InfluxConnection connection) {
        return InfluxSink.<Integer>into("numbers", connection).field("value", number -> number);
    }

    private <T> SinkWriter<T> open(InfluxSink<T> sink) {
        return sink.open(SinkContext.fresh("pipeline", "sink", 0, 1)
                .withReceipts(() -> error -> refused.add(error.getMessage())));
    }

    @SafeVarargs
    private <T> void write(InfluxSink<T> sink, T... values) {
        try (SinkWriter<T> writer = open(sink)) {
            for (int i = 0; i < values.length; i++) {
                writer.write(i, values[i]);
            }
            writer.flush();
        }
    }

    @Test
    void componentsOfARecordAreTagsAndFields() {
        InfluxSink<Reading> sink = InfluxSink.into("readings", Reading.class, v1())
                .tagged("sensor", "place_site_name")
                .without("time")
                .at(Reading::time);

        write(sink, new Reading("a b", TIME, 1.5, new Place("north", 2)), new Reading("c", TIME, 2, null));

        assertThat(server.requests.get(0).lines())
                .containsExactly(
                        "readings,place_site_name=north,sensor=a\\ b place_floor=2i,value=1.5 1704067200123456789",
                        "readings,sensor=c value=2.0 1704067200123456789");
    }

    @Test
    void windowsHaveTheirKeyAsTagsAndTheirStartAsTime() {
        Window window = new Window(60_000_000_000L, 120_000_000_000L);

        write(
                InfluxSink.windowsInto("means", String.class, Stats.class, v1()),
                new Windowed<>("s1", window, new Stats(2.5, 4)));
        write(
                InfluxSink.windowsInto("floors", Place.class, Double.class, v1()),
                new Windowed<>(new Place("north", 2), window, 0.5));

        assertThat(server.requests.get(0).lines()).containsExactly("means,key=s1 count=4i,mean=2.5 60000000000");
        assertThat(server.requests.get(1).lines())
                .containsExactly("floors,floor=2,site_name=north value=0.5 60000000000");
    }

    @Test
    void measurementCanComeFromTheResult() {
        InfluxSink<Place> sink = InfluxSink.<Place>into("floors", v1())
                .measuring(Place::siteName)
                .field("floor", Place::floor);

        write(sink, new Place("north", 1), new Place("east", 2));

        assertThat(server.requests.get(0).lines()).containsExactly("north floor=1i 0", "east floor=2i 1");
        assertThatThrownBy(() -> write(sink, new Place("# south", 1))).isInstanceOf(CodecException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "V1, /write?db=a%26b+c%2F&precision=ns, Token t0k3n",
        "V2, /api/v2/write?org=me+%26+you&bucket=a%26b+c%2F&precision=ns, Token t0k3n",
        "V3, /api/v3/write_lp?db=a%26b+c%2F&precision=nanosecond, Bearer t0k3n"
    })
    void eachVersionHasItsAddressAndItsToken(Api api, String uri, String authorization) {
        String url = server.url() + "/";
        InfluxConnection connection = switch (api) {
            case V1 -> InfluxConnection.v1(url, "a&b c/");
            case V2 -> InfluxConnection.v2(url, "me & you", "a&b c/");
            case V3 -> InfluxConnection.v3(url, "a&b c/");
        };

        write(numbers(connection.withToken(SecretSource.of("t0k3n"))), 1);

        assertThat(server.requests.get(0).uri()).isEqualTo(uri);
        assertThat(server.requests.get(0).header("Authorization")).isEqualTo(authorization);
        assertThat(server.requests.get(0).header("Content-encoding")).isEqualTo("gzip");
    }

    @Test
    void userAndRetentionPolicyAreSent() {
        write(numbers(v1().withRetentionPolicy("a year").withUser("me", SecretSource.of("p\u00e4ss:1"))), 1);

        assertThat(server.requests.get(0).uri()).isEqualTo("/write?db=metrics&rp=a+year&precision=ns");
        assertThat(server.requests.get(0).header("Authorization")).isEqualTo("Basic bWU6cMOkc3M6MQ==");
    }

    @Test
    void linesAreSentAsTheyAreWhenAsked() {
        write(numbers(v1().withoutGzip()), 1, 2);

        assertThat(server.requests.get(0).header("Content-encoding")).isEmpty();
        assertThat(server.requests.get(0).lines()).containsExactly("numbers value=1i 0", "numbers value=2i 1");
    }

    @Test
    void batchIsSentWhenItIsFull() {
        write(numbers(v1()).withBatch(2, Duration.ofDays(1)), 1, 2, 3, 4, 5);

        assertThat(server.requests)
                .extracting(request -> request.lines().size())
                .containsExactly(2, 2, 1);
    }

    @Test
    void linesThatTheServerNamesAreRefusedAndTheOthersSentInTheirOrder() {
        server.answering(
                request -> request.lines().stream().anyMatch(line -> line.contains("=3i") || line.contains("=5i"))
                        ? new ScriptedServer.Reply(400, partialWrite(request))
                        : new ScriptedServer.Reply(204, ""));

        write(numbers(InfluxConnection.v3(server.url(), "metrics")), 1, 2, 3, 4, 5, 6);

        assertThat(refused).hasSize(2);
        assertThat(refused.get(0))
                .startsWith("measurement \"numbers\", line numbers value=3i 2: status 400: ")
                .contains("no three and no five");
        assertThat(server.requests)
                .extracting(ScriptedServer.Request::lines)
                .extracting(List::size)
                .containsExactly(6, 2, 1, 1, 1, 1);
        assertThat(server.requests.get(5).lines()).containsExactly("numbers value=6i 5");
    }

    /** As InfluxDB 3 says it. */
    private static String partialWrite(ScriptedServer.Request request) {
        StringBuilder text = new StringBuilder("{\"error\":\"partial write of line protocol occurred\",\"data\":[");
        List<String> lines = request.lines();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains("=3i") || lines.get(i).contains("=5i")) {
                text.append(text.charAt(text.length() - 1) == '[' ? "" : ",")
                        .append("{\"original_line\":\"")
                        .append(lines.get(i))
                        .append("\",\"line_number\":")
                        .append(i + 1)
                        .append(",\"error_message\":\"no three and no five\"}");
            }
        }
        return text.append("]}").toString();
    }

    @Test
    void linesThatTheServerDoesNotNameAreFoundByHalving() {
        server.answering(request -> request.lines().stream().anyMatch(line -> line.contains("=37i"))
                ? new ScriptedServer.Reply(422, "{\"code\":\"invalid\",\"message\":\"partial write: type conflict\"}")
                : new ScriptedServer.Reply(204, ""));
        Integer[] values = new Integer[100];
        for (int i = 0; i < values.length; i++) {
            values[i] = i;
        }

        write(numbers(v1()), values);

        assertThat(refused).singleElement().asString().contains("line numbers value=37i 37: status 422");
        assertThat(server.requests).hasSizeLessThan(20);
    }

    @Test
    void aRefusedLineIsToldOnOneLine() {
        server.answering(
                request -> new ScriptedServer.Reply(400, "{\"error\":\"partial write:\\n field type conflict\"}"));

        write(InfluxSink.<String>into("texts", v1()).field("text", text -> text), "two\r\nlines");

        assertThat(refused)
                .singleElement()
                .asString()
                .contains("texts text=\"two\\r\\nlines\" 0")
                .hasLineCount(1);
    }

    @Test
    void aBatchThatIsTooLargeIsSentInParts() {
        server.answering(request -> request.lines().size() > 2
                ? new ScriptedServer.Reply(413, "too large")
                : new ScriptedServer.Reply(204, ""));

        write(numbers(v1()), 1, 2, 3, 4, 5);

        assertThat(refused).isEmpty();
        assertThat(server.requests.stream()
                        .filter(request -> request.lines().size() <= 2)
                        .flatMap(request -> request.lines().stream()))
                .hasSize(5)
                .isSorted();
    }

    @Test
    void aRequestThatBlamesNoLineIsFatal() {
        server.answering(request -> new ScriptedServer.Reply(400, "{\"error\":\"database is required\"}"));

        assertThatThrownBy(() -> write(numbers(v1()), 1, 2))
                .isInstanceOfSatisfying(
                        SinkException.class, e -> assertThat(e.isRetryable()).isFalse())
                .hasMessage("measurement \"numbers\", " + server.url()
                        + ": status 400: {\"error\":\"database is required\"}");
        assertThat(refused).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 302, 401, 403, 404})
    void anAnswerThatIsNoConfirmationIsFatal(int status) {
        server.answering(
                request -> new ScriptedServer.Reply(status, "<html>", List.of("Location: http://127.0.0.1:1/")));

        assertThatThrownBy(() -> write(numbers(v1().withToken(SecretSource.of("t0k3n"))), 1))
                .isInstanceOfSatisfying(
                        SinkException.class, e -> assertThat(e.isRetryable()).isFalse())
                .hasMessageContaining("status " + status)
                .hasMessageContaining("(expected: ");
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 502, 503, 504})
    void anAnswerOfAServerInTroubleIsRetryableAndTheBatchIsKept(int status) {
        server.answering(request -> server.requests.size() < 3
                ? new ScriptedServer.Reply(status, "busy")
                : new ScriptedServer.Reply(204, ""));
        try (SinkWriter<Integer> writer = open(numbers(v1()))) {
            writer.write(0, 1);
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(writer::flush)
                        .isInstanceOfSatisfying(
                                SinkException.class,
                                e -> assertThat(e.isRetryable()).isTrue());
            }
            writer.flush();
            writer.flush();
        }

        assertThat(server.requests).extracting(ScriptedServer.Request::body).containsOnly("numbers value=1i 0\n");
        assertThat(server.requests).hasSize(3);
    }

    @Test
    void aTokenThatWouldBeAHeaderOfItsOwnIsRefusedAndNotTold() {
        assertThatThrownBy(() -> write(numbers(v1().withToken(SecretSource.of("t0k3n\r\nX-Evil: 1"))), 1))
                .isInstanceOf(SinkException.class)
                .hasMessageContaining("has line breaks or other characters")
                .hasMessageNotContaining("t0k3n");
        assertThat(server.requests).isEmpty();
    }

    @Test
    void addressesWithSecretsAreRefusedAndNotTold() {
        for (String url :
                List.of("http://me:hunter2@host:8086", "http://host/?p=hunter2", "hunter2://x", "http://h h/hunter2")) {
            assertThatThrownBy(() -> InfluxConnection.v1(url, "metrics"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .satisfies(e -> assertThat(org.assertj.core.util.Throwables.getStackTrace(e))
                            .doesNotContain("hunter2"));
        }
    }

    @Test
    void definitionsThatMakeNoPointsAreRefused() {
        assertThatThrownBy(() -> open(InfluxSink.<Integer>into("m", v1()).tag("t", number -> number)))
                .hasMessage("fields: none (expected: at least one)");
        assertThatThrownBy(() -> open(InfluxSink.into("m", Reading.class, v1())))
                .hasMessageContaining("component \"time\": of class java.time.Instant");
        assertThatThrownBy(() -> open(InfluxSink.into("m", Place.class, v1()).tagged("siteName")))
                .hasMessageContaining("components: [siteName]");
        assertThatThrownBy(() -> InfluxSink.<Integer>into("m", v1()).field("time", number -> number))
                .hasMessageContaining("field: \"time\"");
        assertThatThrownBy(() -> InfluxSink.<Integer>into("m", v1()).field("a\nb", number -> number))
                .hasMessageContaining("field: \"a\\nb\"");
        assertThatThrownBy(() -> open(InfluxSink.into("m", Place.class, v1()).field("floor", Place::floor)))
                .hasMessageContaining("name: \"floor\" is there twice");
        assertThatThrownBy(() -> InfluxSink.<Integer>into("# m", v1())).hasMessageContaining("measurement: \"# m\"");
    }
}
