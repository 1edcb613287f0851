package io.datastream.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.datastream.Pipeline;
import io.datastream.aggregate.Aggregations;
import io.datastream.monitor.Feed.Reading;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.secret.SecretSource;
import io.datastream.sink.Sinks;
import io.datastream.testkit.Await;
import io.datastream.time.Tumbling;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What programs and the command line learn of windows. */
@Timeout(60)
class ExplainTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String KEY = "s & 1\n<b>";
    private static final String QUESTION = "api/pipelines/explained/explain?step=means&key=s+%26+1%0A%3Cb%3E";
    private static final String FIRST = "&start=1970-01-01T00:00:00Z&end=1970-01-01T00:00:01Z";

    private final Feed feed = new Feed("explained", 1);
    private final PipelineController controller = LocalRuntime.create()
            .start(Pipeline.from(Pipelines.timed(feed))
                    .keyBy(Reading::sensor)
                    .window(Tumbling.of(Duration.ofSeconds(1)))
                    .explained()
                    .aggregate(Aggregations.mean(Reading::value))
                    .named("means")
                    .to(Sinks.collectInto(new ConcurrentLinkedQueue<>()))
                    .named("explained"));
    private final MonitorServer server = Monitor.of(controller).start();
    private final Client client = new Client(server);
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @AfterEach
    void stop() {
        server.close();
        controller.close();
    }

    /** Two windows, and a record that is late for the first. */
    private void feedAndWait() {
        feed.add(0, new Reading(KEY, 100, 1), new Reading(KEY, 1_500, 2), new Reading(KEY, 200, 3));
        feed.add(0, new Reading("other", 2_500, 4));
        Await.until(
                "both windows", SOON, () -> client.json(QUESTION).get("windows").size() == 2);
    }

    private int run(@Nullable String token, String... arguments) {
        out.reset();
        err.reset();
        return MonitorExplain.run(
                List.of(arguments),
                token,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }

    @Test
    void namesTheStepsThatCanBeExplained() {
        assertThat(client.json("api/pipelines/explained/explain").toString()).isEqualTo("{\"steps\":[\"means\"]}");
    }

    @Test
    void listsTheWindowsOfAKeyTheLatestFirst() {
        feedAndWait();
        assertThat(client.json(QUESTION).get("windows").get(1).toString())
                .isEqualTo("{\"start\":\"1970-01-01T00:00:00Z\",\"end\":\"1970-01-01T00:00:01Z\","
                        + "\"outcome\":\"closed\",\"records\":1,\"late\":1,\"failed\":0}");
        assertThat(client.json(QUESTION + "&at=1970-01-01T00:00:01.999Z")
                        .get("windows")
                        .get(0)
                        .get("start")
                        .asText())
                .isEqualTo("1970-01-01T00:00:01Z");
        assertThat(client.json(QUESTION + "&most=1").get("windows")).hasSize(1);
    }

    @Test
    void explainsAWindowAsValuesAndInWords() {
        feedAndWait();
        JsonNode whole = client.json(QUESTION + FIRST);
        assertThat(whole.get("key").asText()).isEqualTo(KEY);
        assertThat(whole.get("inputs").toString())
                .isEqualTo("[{\"origin\":\"explained-0\",\"connector\":\"explained\",\"partition\":0,"
                        + "\"firstOffset\":0,\"lastOffset\":0,\"records\":1,\"filled\":0}]");
        assertThat(whole.get("late").get(0).get("watermark").asText()).isEqualTo("1970-01-01T00:00:01.500Z");
        assertThat(whole.get("closing").get("decidedBy").asText()).isEqualTo("explained-0");
        assertThat(whole.get("text").asText()).contains("of s & 1\\n<b>, step means", "made from: 1\n");
        assertThat(client.get(QUESTION + FIRST + "&format=text").body())
                .isEqualTo(whole.get("text").asText());
    }

    @Test
    void saysWhatIsWrongWithAQuestion() {
        for (String[] wrong : List.of(
                new String[] {"?step=nothing&key=a", "step: \"nothing\" (expected: one that is explained(), of [means])"
                },
                new String[] {"?step=means&key=a&start=1970-01-01T00:00:00Z", "one edge only"},
                new String[] {"?step=means&key=a&start=now&end=then", "start: now (expected: an instant such as"},
                new String[] {"?step=means&key=a&at=now", "at: now (expected: an instant such as"},
                new String[] {
                    "?step=means&key=a&start=1970-01-01T00:00:00Z&end=1970-01-01T00:00:02Z",
                    "(expected: a window of step \"means\", such as [1970-01-01T00:00:00Z, 1970-01-01T00:00:01Z))"
                },
                new String[] {
                    "?step=means&key=a&start=1970-01-01T00:00:02Z&end=1970-01-01T00:00:01Z", "expected: not before"
                })) {
            HttpResponse<String> response = client.get("api/pipelines/explained/explain" + wrong[0]);
            assertThat(response.statusCode()).as(wrong[0]).isEqualTo(400);
            assertThat(response.body()).contains(wrong[1]);
        }
    }

    @Test
    void needsTheTokenWhereThereIsOne(@TempDir Path folder) throws Exception {
        String token = "the token of this test";
        try (MonitorServer closed =
                Monitor.of(controller).withToken(SecretSource.of(token)).start()) {
            assertThat(new Client(closed).get("api/pipelines/explained/explain").statusCode())
                    .isEqualTo(401);
            String[] question = {"--monitor", closed.uri().toString(), "--pipeline", "explained"};
            assertThat(run(null, question)).isEqualTo(1);
            assertThat(text(err)).contains("the monitor says 401: token: missing or wrong");
            assertThat(run(token, question)).isZero();
            assertThat(text(out)).isEqualTo("means\n");
            Path file = Files.writeString(folder.resolve("token"), token + "\n");
            assertThat(run(
                            "wrong",
                            question[0],
                            question[1],
                            question[2],
                            question[3],
                            "--token-file",
                            file.toString()))
                    .isZero();
        }
    }

    @Test
    void answersTheCommandLine() {
        feedAndWait();
        String[] question = {
            "--monitor", server.uri().toString(), "--pipeline", "explained", "--step", "means", "--key", KEY
        };
        assertThat(run(null, question)).isZero();
        assertThat(text(out)).contains("window [1970-01-01T00:00:01Z", "window [1970-01-01T00:00:00Z");
        assertThat(run(null, with(question, "--at", "1970-01-01T00:00:00.5Z"))).isZero();
        assertThat(text(out))
                .contains("left out because they came too late: 1")
                .doesNotContain("window [1970-01-01T00:00:01Z");
        assertThat(run(null, with(question, "--at", "1980-01-01T00:00:00Z"))).isZero();
        assertThat(text(out)).isEqualTo("no closed window of this key at this time is remembered here\n");
        assertThat(run(null, with(question, "--start", "1970-01-01T00:00:02Z", "--end", "1970-01-01T00:00:03Z")))
                .isZero();
        assertThat(text(out)).contains("still open", "explained-0 is the slowest");
    }

    private static String[] with(String[] question, String... more) {
        List<String> all = new java.util.ArrayList<>(List.of(question));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    @Test
    void saysWhatIsWrongWithTheCommandLine() {
        String uri = server.uri().toString();
        assertThat(run(null, "--pipeline", "explained")).isEqualTo(2);
        assertThat(text(err)).contains("--monitor: missing (expected: --monitor URL --pipeline NAME)");
        assertThat(run(null, "--monitor", uri, "--pipeline", "explained", "--key", "a"))
                .isEqualTo(2);
        assertThat(text(err)).contains("--step and --key: one of them only");
        assertThat(run(null, "--monitor", uri, "--pipeline")).isEqualTo(2);
        assertThat(text(err)).contains("--pipeline: no value");
        assertThat(run(null, "--host", uri)).isEqualTo(2);
        assertThat(text(err)).contains("--host (expected: one of --at, --end, --key");
        assertThat(run(null, "--monitor", "ftp://x", "--pipeline", "explained")).isEqualTo(2);
        assertThat(text(err)).contains("(expected: an address such as http://127.0.0.1:8080)");
        assertThat(run("secret", "--monitor", "http://192.0.2.1", "--pipeline", "explained"))
                .isEqualTo(2);
        assertThat(text(err)).contains("with a token (expected: https, or an address of this machine)");
        assertThat(run("secret", "--monitor", "http://127.example.org", "--pipeline", "explained"))
                .as("a name that looks like this machine")
                .isEqualTo(2);
        assertThat(run(null, "--monitor", uri, "--pipeline", "explained", "--token-file", "/none"))
                .isEqualTo(1);
        assertThat(text(err)).contains("there is no such file");
        assertThat(run(null, "--monitor", uri, "--pipeline", "explained", "--step", "x", "--key", "a"))
                .isEqualTo(2);
        assertThat(text(err)).contains("step: \"x\"");
        server.close();
        assertThat(run(null, "--monitor", uri, "--pipeline", "explained")).isEqualTo(1);
        assertThat(text(err)).contains("the monitor does not answer: ");
    }
}
