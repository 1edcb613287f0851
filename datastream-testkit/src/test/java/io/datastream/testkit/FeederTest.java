package io.datastream.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.Pipeline;
import io.datastream.testkit.FeedingWay.Moves;
import io.datastream.testkit.PipelineDriver.Commits;
import io.datastream.testkit.VerifierSubject.Emission;
import io.datastream.testkit.VerifierSubject.Fed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FeederTest {
    private static final FeedingWay WAY = FeedingWay.of("test", "nobody");

    private static List<Fed> records(Random random) {
        List<Fed> records = new ArrayList<>();
        long time = 0;
        for (int i = 0; i < 100; i++) {
            time += random.nextInt(3);
            records.add(new Fed(i, random.nextInt(3), time, i));
        }
        return records;
    }

    /** The numbers of the records in the order in which they passed. */
    private static List<Fed> arrivals(FeedingWay way, List<Fed> records, Random random) {
        TestSink<Emission> sink = TestSink.named("out");
        Pipeline pipeline = Pipeline.from(TestSource.<Fed>named(VerifierSubject.SOURCE)
                        .eventTimeNanos(Fed::time)
                        .disorderUpTo(Duration.ofNanos(way.disorderNanos())))
                .map(fed -> new Emission(fed.number(), null, fed.value(), Snapshot.of(fed.value())))
                .to(sink);
        return new Feeder(way, records, random)
                .feed(pipeline, sink, any -> true).stream()
                        .map(result -> records.get((int) result.value().group()))
                        .toList();
    }

    @Test
    void keepsTheOrderUnlessToldOtherwise() {
        List<Fed> records = records(new Random(1));
        assertThat(arrivals(WAY, records, new Random(1))).isEqualTo(records);
        assertThat(arrivals(WAY.withCrashes(0.3, 0.3, Commits.CHANGES), records, new Random(1)))
                .isEqualTo(records);
    }

    @Test
    void staysWithinTheBoundOfDisorder() {
        Seeds.forEach(200, seed -> {
            Random random = new Random(seed);
            List<Fed> records = records(random);
            long bound = random.nextInt(30);
            List<Fed> arrived = arrivals(WAY.withDisorder(bound).withMoves(Moves.NONE), records, random);
            assertThat(arrived).containsExactlyInAnyOrderElementsOf(records).isNotEqualTo(records);
            long highest = 0;
            for (Fed fed : arrived) {
                assertThat(fed.time()).isGreaterThanOrEqualTo(highest - bound);
                highest = Math.max(highest, fed.time());
            }
        });
    }

    @Test
    void keepsTheOrderOfRecordsOfAKeyAtTheSameTime() {
        Seeds.forEach(200, seed -> {
            Random random = new Random(seed);
            List<Fed> records = records(random);
            FeedingWay way = WAY.withDisorder(20).withMoves(Moves.SOME).over(3, random.nextInt(3));
            List<Fed> arrived = arrivals(way, records, random);
            for (int i = 0; i < arrived.size(); i++) {
                for (int j = i + 1; j < arrived.size(); j++) {
                    Fed first = arrived.get(i);
                    Fed second = arrived.get(j);
                    if (first.key().equals(second.key()) && first.time() == second.time()) {
                        assertThat(first.number()).isLessThan(second.number());
                    }
                }
            }
        });
    }
}
