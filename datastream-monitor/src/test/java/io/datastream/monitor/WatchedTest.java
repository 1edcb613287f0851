package io.datastream.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;
import static org.assertj.core.api.Assertions.tuple;

import io.datastream.monitor.Feed.Reading;
import io.datastream.monitor.Views.Finding;
import io.datastream.monitor.Views.Level;
import io.datastream.monitor.Views.Seen;
import io.datastream.monitor.Views.Whole;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.testkit.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WatchedTest {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final Instant T0 = Instant.parse("2100-01-01T12:00:00Z");

    private final Feed feed = new Feed("watched", 1);
    private final PipelineController controller =
            LocalRuntime.create().start(Pipelines.means("means", Pipelines.timed(feed), new ConcurrentLinkedQueue<>()));
    private final ResourceMeter resources = new ResourceMeter();
    private final Watched watched = new Watched(controller, 0);
    private final long start = System.nanoTime();

    @AfterEach
    void stop() {
        controller.close();
    }

    private void look(long second) {
        watched.look(T0.plusSeconds(second), start + second * 1_000_000_000, 0);
    }

    private Whole view() {
        return watched.view(resources.read());
    }

    private void fail(String sensor) {
        feed.add(0, new Reading(sensor, 1_000, -1));
        Await.until("the failure", SOON, () -> controller.status().toString().contains("below zero: " + sensor));
    }

    @Test
    void errorsThatOthersReplacedBeforeAnybodyAskedAreToldWithTheTimeTheyWereSeen() {
        fail("a");
        look(1);
        look(2);
        fail("b");
        look(3);
        look(4);

        assertThat(view().errors())
                .extracting(Seen::time, Seen::step)
                .containsExactly(tuple("2100-01-01T12:00:03Z", "check"), tuple("2100-01-01T12:00:01Z", "check"));
        assertThat(view().errors())
                .extracting(Seen::text)
                .satisfiesExactly(
                        text -> assertThat(text).contains("below zero: b"),
                        text -> assertThat(text).contains("below zero: a"));
    }

    @Test
    void ratesAreOverTheLastLooksAlsoWhenNobodyAskedMeanwhile() {
        look(1);
        feed.add(0, new Reading("a", 1_000, 1), new Reading("a", 1_100, 1), new Reading("a", 1_200, 1));
        Await.until("read", SOON, () -> metersIn() == 3);
        look(2);
        look(3);

        Whole view = view();
        assertThat(view.totals().inRate()).isEqualTo(1, offset(0.1)); // 3 in 3 seconds
        assertThat(view.stages().get(0).in()).isEqualTo(3);
        assertThat(watched.history().inRate()).hasSize(4).endsWith(view.totals().inRate());
    }

    private double metersIn() {
        return controller.meters().find("datastream.records.in").tag("step", "watched").counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    @Test
    void everythingInAViewIsOfTheSameLook() {
        look(1);
        controller.pause();
        assertThat(view().state()).isEqualTo("RUNNING");
        assertThat(view().time()).isEqualTo("2100-01-01T12:00:01Z");
        assertThat(watched.line().state()).isEqualTo("RUNNING");

        look(2);
        assertThat(view().state()).isEqualTo("PAUSED");
        assertThat(view().findings())
                .contains(new Finding(Level.WAIT, "The pipeline is paused. Nothing is read until it is resumed."));
        assertThat(watched.line().state()).isEqualTo("PAUSED");
    }
}
