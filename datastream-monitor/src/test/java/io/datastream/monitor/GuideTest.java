package io.datastream.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.monitor.Feed.Reading;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.secret.SecretSource;
import io.datastream.secret.Tls;
import io.datastream.testkit.Await;
import io.datastream.testkit.TestCertificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The code of {@code docs/monitoring.md}. */
@Timeout(60)
class GuideTest {
    private final Feed feed = new Feed("guide", 1);
    private final PipelineController controller = LocalRuntime.create()
            .start(Pipelines.means("guided", Pipelines.timed(feed), new ConcurrentLinkedQueue<>()));

    @Test
    void servesThePage() {
        int port = 0;
        // region: monitor-serve
        MonitorServer monitor = Monitor.serve(controller, port);
        System.out.println("the pipeline is at " + monitor.uri());
        // endregion
        try (monitor) {
            assertThat(new Client(monitor).get("").body()).contains("Why is nothing coming out?");
        } finally {
            controller.close();
        }
    }

    @Test
    void servesOthers(@TempDir Path folder) throws Exception {
        TestCertificates.Identity identity = TestCertificates.in(folder).issue("monitor", "localhost");
        Path certificate = identity.certificates();
        Path key = identity.key();
        Path tokenFile = Files.writeString(folder.resolve("token"), "0123456789abcdef0123456789abcdef");
        int port = 0;
        // region: monitor-others
        Monitor monitor = Monitor.of(controller)
                .withAddress("0.0.0.0")
                .withPort(port)
                .withToken(SecretSource.file(tokenFile))
                .withTls(Tls.ofSystem().presenting(certificate, key));
        // endregion
        try (MonitorServer server = monitor.start()) {
            feed.add(0, new Reading("a", 1_000, 1));
            Await.until(
                    "a record",
                    Duration.ofSeconds(20),
                    () -> controller.status().origins().get(0).position() == 1);
            assertThat(server.uri().getScheme()).isEqualTo("https");
        } finally {
            controller.close();
        }
    }
}
