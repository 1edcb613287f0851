package io.datastream.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.codec.CodecException;
import io.datastream.httpclient.HttpEndpoint;
import io.datastream.sink.SinkContext;
import io.datastream.sink.SinkException;
import io.datastream.sink.SinkWriter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhookSinkTest {
    private Receiver receiver;

    @BeforeEach
    void start() throws Exception {
        receiver = new Receiver();
    }

    @AfterEach
    void stop() {
        receiver.close();
    }

    private WebhookSink<String> sink() {
        return WebhookSink.to(HttpEndpoint.of(receiver.url()).withHeader("X-Source", "tests"), WebhookKit.TEXT);
    }

    private static void write(String step, WebhookSink<String> sink, String... values) {
        try (SinkWriter<String> writer = sink.open(SinkContext.fresh("pipeline", step, 0, 1))) {
            for (int i = 0; i < values.length; i++) {
                writer.write(i, values[i]);
            }
            writer.flush();
        }
    }

    private List<String> keys() {
        return receiver.all.stream()
                .map(request -> request.header("Idempotency-key"))
                .toList();
    }

    @Test
    void aResultIsTheBodyOfARequest() {
        write("sink", sink(), "{\"a\":1}");

        Receiver.Request request = receiver.accepted.get(0);
        assertThat(request.uri()).isEqualTo("/hook/s3cret-path");
        assertThat(request.body()).isEqualTo("{\"a\":1}");
        assertThat(request.header("Content-type")).isEqualTo("application/json");
        assertThat(request.header("X-source")).isEqualTo("tests");
        assertThat(request.header("Idempotency-key")).matches("[0-9a-f]{32}");
    }

    @Test
    void theSameResultHasTheSameKeyAndOthersHaveOthers() {
        write("sink", sink(), "1", "2", "1");
        write("sink", sink(), "1");
        write("other", sink(), "1");

        List<String> keys = keys();
        assertThat(keys.get(3)).isEqualTo(keys.get(0));
        assertThat(keys.subList(0, 3)).doesNotHaveDuplicates();
        assertThat(keys.get(4)).isNotIn(keys.subList(0, 4));
    }

    @Test
    void keyHasAnotherHeaderOrNone() {
        write("sink", sink().withKeyHeader("X-Request-Id"), "1");
        write("sink", sink().withoutKey(), "2");

        assertThat(receiver.all.get(0).header("X-request-id")).isNotEmpty();
        assertThat(keys()).containsOnly("");
    }

    @Test
    void aBatchIsAnArrayOrLines() {
        write("sink", sink().withBatch(2, Duration.ofSeconds(9), BatchForm.JSON_ARRAY), "1", "{}", "3");
        write("sink", sink().withBatch(9, Duration.ofSeconds(9), BatchForm.LINES), "1", "2");

        assertThat(receiver.accepted).extracting(Receiver.Request::body).containsExactly("[1,{}]", "[3]", "1\n2\n");
    }

    @Test
    void aResultThatWouldBeTwoLinesIsRefused() {
        WebhookSink<String> sink = sink().withBatch(9, Duration.ofSeconds(9), BatchForm.LINES);

        assertThatThrownBy(() -> write("sink", sink, "1\n2")).isInstanceOf(CodecException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 401, 403, 404, 405})
    void anAnswerThatConcernsAllResultsIsFatal(int status) {
        receiver.answering(request -> status);

        assertThatThrownBy(() -> write("sink", sink(), "1"))
                .isInstanceOfSatisfying(
                        SinkException.class, e -> assertThat(e.isRetryable()).isFalse())
                .hasMessageContaining("webhook, http://127.0.0.1:")
                .hasMessageContaining("status " + status + ": status " + status + " it is (expected: a status from 200")
                .hasMessageNotContaining("s3cret-path");
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil\r\nX-Evil: 1", "Content-Length", "Authorization", "a b", "", "\u00fc"})
    void noHeaderCanBeSlippedIn(String name) {
        assertThatThrownBy(() -> sink().withKeyHeader(name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> HttpEndpoint.of(receiver.url()).withHeader(name, "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x\r\nX-Evil: 1", "x\ny", "nul\0", "\uD83D\uDE80"})
    void noHeaderCanBeSlippedInByAValue(String value) {
        assertThatThrownBy(() -> sink().withContentType(value)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> HttpEndpoint.of(receiver.url()).withHeader("X-A", value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "header X-A: has line breaks or other characters (expected: visible ASCII, blanks and tabs)");
    }
}
