package io.datastream.push;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.Pipeline;
import io.datastream.formats.csv.CsvFormat;
import io.datastream.formats.json.JsonCodec;
import io.datastream.formats.json.JsonLinesFormat;
import io.datastream.log.FileLog;
import io.datastream.log.FileLogOptions;
import io.datastream.runtime.Checkpoints;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.secret.SecretSource;
import io.datastream.sink.Sinks;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The example of docs/connectors/http-push.md: its snippet is a region of this file. */
@Timeout(60)
class PushGuideTest {
    record Reading(String sensor, Instant time, double value) {}

    @Test
    void readingsArePushedKeptAndProcessed(@TempDir Path folder) throws Exception {
        Path tokenFile = Files.writeString(folder.resolve("token"), "t0k3n");
        Queue<Reading> hot = new ConcurrentLinkedQueue<>();
        int port = 0;
        // region: http-push
        FileLogOptions options = FileLogOptions.defaults()
                .withRetention(Duration.ofDays(7))
                .withMaxUnread(1_000_000)
                .withMaxBytes(10L << 30);
        try (FileLog log = FileLog.open(folder.resolve("readings"), options)) {
            PushRoute<Reading> readings = PushRoute.at("/readings", log, JsonCodec.of(Reading.class))
                    .accepting("application/x-ndjson", JsonLinesFormat.of(Reading.class))
                    .accepting("text/csv", CsvFormat.of(Reading.class));
            HttpPush push = HttpPush.on(port).with(readings).withToken(SecretSource.file(tokenFile));
            Pipeline pipeline = Pipeline.from(readings.source().eventTime(Reading::time))
                    .filter(reading -> reading.value() > 90)
                    .to(Sinks.collectInto(hot))
                    .named("hot");
            LocalRuntime runtime = LocalRuntime.create().withCheckpoints(Checkpoints.to(folder.resolve("state")));
            try (PipelineController controller = runtime.start(pipeline);
                    PushServer server = push.start()) {
                send(server);
                // ... until the program is to end
                controller.drain();
            }
        }
        // endregion
        assertThat(hot).extracting(Reading::sensor).containsExactly("a", "c");
    }

    private static void send(PushServer server) throws Exception {
        Pusher pusher = new Pusher(server.address());
        HttpResponse<String> json =
                pusher.post("/readings", """
                {"sensor":"a","time":"2024-01-01T00:00:00Z","value":91}
                {"sensor":"b","time":"2024-01-01T00:00:01Z","value":9}
                """, "Content-Type", "application/x-ndjson", "Authorization", "Bearer t0k3n");
        assertThat(json.body()).isEqualTo("{\"records\":2}");
        HttpResponse<String> csv = pusher.post(
                "/readings",
                "sensor,time,value\nc,2024-01-01T00:00:02Z,92\n",
                "Content-Type",
                "text/csv",
                "Authorization",
                "Bearer t0k3n");
        assertThat(csv.body()).isEqualTo("{\"records\":1}");
        HttpResponse<String> malformed = pusher.post(
                "/readings",
                "sensor,time,value\nd,2024-01-01T00:00:02Z,93\ne,yesterday,94\n",
                "Content-Type",
                "text/csv",
                "Authorization",
                "Bearer t0k3n");
        assertThat(malformed.statusCode()).isEqualTo(400);
        assertThat(malformed.body()).contains("line 3").contains("yesterday");
    }
}
