package io.datastream.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.Pipeline;
import io.datastream.codec.Encoder;
import io.datastream.error.DeadLetter;
import io.datastream.error.ErrorPolicy;
import io.datastream.httpclient.HttpEndpoint;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.secret.SecretSource;
import io.datastream.sink.Sinks;
import io.datastream.source.ListSource;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The example of docs/connectors/webhook.md: its snippet is a region of this file. */
@Timeout(60)
class WebhookGuideTest {
    record Reading(String sensor, Instant time, double value) {}

    private static final Encoder<Reading> ALERT = reading ->
            ("{\"text\":\"" + reading.sensor() + ": " + reading.value() + "\"}").getBytes(StandardCharsets.UTF_8);

    @Test
    void alertsAreSentAndRefusedOnesAreDeadLetters(@TempDir Path folder) throws Exception {
        Path tokenFile = Files.writeString(folder.resolve("token"), "t0k3n\n");
        Instant time = Instant.parse("2024-01-01T00:00:00Z");
        List<Reading> readings =
                List.of(new Reading("a", time, 91), new Reading("b", time, 3), new Reading("bad", time, 99));
        Queue<DeadLetter> letters = new ConcurrentLinkedQueue<>();
        try (Receiver receiver = new Receiver()) {
            receiver.answering(request -> request.body().contains("bad") ? 422 : 200);
            String url = receiver.url();
            // region: webhook
            HttpEndpoint endpoint = HttpEndpoint.of(url)
                    .withToken(SecretSource.file(tokenFile))
                    .withHeader("X-Source", "sensors")
                    .withTimeout(Duration.ofSeconds(5));
            Pipeline pipeline = Pipeline.from(ListSource.of(readings).eventTime(Reading::time))
                    .filter(reading -> reading.value() > 90)
                    .to(WebhookSink.to(endpoint, ALERT), ErrorPolicy.deadLetter())
                    .deadLettersTo(Sinks.collectInto(letters))
                    .named("alerts");
            // endregion
            try (PipelineController controller = LocalRuntime.create().start(pipeline)) {
                controller.awaitTermination();
            }

            assertThat(receiver.accepted).hasSize(1);
            assertThat(receiver.accepted.get(0).body()).isEqualTo("{\"text\":\"a: 91.0\"}");
            assertThat(receiver.accepted.get(0).header("Authorization")).isEqualTo("Bearer t0k3n");
            assertThat(letters).extracting(DeadLetter::place).containsExactly("list@2");
            assertThat(letters.element().message()).isEqualTo("refused by the service: status 422: status 422 it is");
        }
    }
}
