package io.datastream.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.error.DeadLetter;
import io.datastream.error.Late;
import io.datastream.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Random pipelines on random input through random schedules with crashes, compared to the bit with a model that sorts and
 * folds. {@code -Ddatastream.seed=S -Ddatastream.seeds=1} repeats a failure.
 */
class SimulatorTest {
    private static final Logger LOG = LoggerFactory.getLogger(SimulatorTest.class);
    private static final int PIPELINES = 800;
    private static final int SCHEDULES = 3;

    private int schedules;
    private int crashes;
    private long results;

    @Test
    void givesTheSameBytesOnEverySchedule() {
        long start = System.nanoTime();
        Seeds.forEach(PIPELINES, this::simulate);
        LOG.info(
                "{} schedules, {} crashes, {} results compared, {} ms",
                schedules,
                crashes,
                results,
                (System.nanoTime() - start) / 1_000_000);
    }

    private void simulate(long seed) {
        SimPipeline pipeline = new SimPipeline(seed);
        Plan plan = pipeline.pipeline().plan();
        SimModel model = new SimModel(pipeline, plan);
        model.run();
        for (int i = 0; i < SCHEDULES; i++) {
            SimSchedule schedule = new SimSchedule(pipeline, plan, seed * 100 + i);
            String what = "schedule " + i + " " + schedule.options + "\n" + pipeline.describe() + "\n" + plan;
            try {
                schedule.run();
            } catch (RuntimeException e) {
                throw new AssertionError(what + e, e);
            }
            compare(what, model, schedule);
            schedules++;
            crashes += schedule.crashes;
        }
    }

    private void compare(String what, SimModel model, SimSchedule schedule) {
        Map<String, Map<String, List<String>>> got = new TreeMap<>();
        List<String> lates = new ArrayList<>();
        for (Outcome.Result result : schedule.rig.outcome().results) {
            String sink = result.sink().sink().name();
            if (result.value() instanceof Late<?> late) {
                lates.add(lateText(late));
            } else {
                got.computeIfAbsent(sink, any -> new TreeMap<>())
                        .computeIfAbsent(String.valueOf(result.key()), any -> new ArrayList<>())
                        .add(SimModel.text(result.time(), (Num) result.value()));
                results++;
            }
        }
        Stream.concat(got.keySet().stream(), model.results.keySet().stream())
                .distinct()
                .sorted()
                .forEach(sink -> compare(
                        what, sink, model.results.getOrDefault(sink, Map.of()), got.getOrDefault(sink, Map.of())));
        schedule.rig.outcome().lates.forEach(late -> lates.add(lateText(late.late())));
        assertThat(lates.stream().sorted().toList())
                .as("late records of %s", what)
                .isEqualTo(model.lates.stream().sorted().toList());
        assertThat(schedule.rig.outcome().deadLetters.stream()
                        .map(dead -> deadText(dead.letter()))
                        .sorted()
                        .toList())
                .as("dead letters of %s", what)
                .isEqualTo(model.deadLetters.stream().sorted().toList());
        if (schedule.forgetsAll()) {
            assertThat(schedule.left()).as("state left of %s", what).isEmpty();
        }
    }

    private static void compare(
            String what, String sink, Map<String, List<String>> want, Map<String, List<String>> got) {
        List<String> keys = Stream.concat(want.keySet().stream(), got.keySet().stream())
                .distinct()
                .sorted()
                .toList();
        for (String key : keys) {
            List<String> wanted = want.getOrDefault(key, List.of());
            List<String> given = got.getOrDefault(key, List.of());
            int at = 0;
            while (at < wanted.size() && at < given.size() && wanted.get(at).equals(given.get(at))) {
                at++;
            }
            if (at < wanted.size() || at < given.size()) {
                throw new AssertionError("sink " + sink + ", key " + key + ": result " + at + " of " + wanted.size()
                        + " expected and " + given.size() + " given\n  expected "
                        + (at < wanted.size() ? wanted.get(at) : "none") + "\n  given    "
                        + (at < given.size() ? given.get(at) : "none") + "\n" + what);
            }
        }
    }

    private static String lateText(Late<?> late) {
        return SimModel.lateText(late.step(), late.timeNanos(), late.watermarkNanos(), late.value());
    }

    private static String deadText(DeadLetter letter) {
        return letter.step() + " " + letter.place() + " " + letter.value();
    }
}
