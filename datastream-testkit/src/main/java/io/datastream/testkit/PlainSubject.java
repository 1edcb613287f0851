package io.datastream.testkit;

import io.datastream.Pipeline;
import io.datastream.processor.Processor;
import io.datastream.processor.ProcessorContext;
import io.datastream.testkit.FeedingWay.Moves;
import io.datastream.testkit.PipelineDriver.Commits;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A processor without a key under test: what it makes of a value must depend on that value alone. */
final class PlainSubject<I> extends VerifierSubject<I> {
    private static final String OUTSIDE =
            "something besides the value decides, such as a static field, a clock, randomness or identity";
    private static final String FIELD = "a field of the processor keeps something from one value to the next";
    private static final FeedingWay ALONE =
            FeedingWay.of("each value alone", OUTSIDE).withMoves(Moves.NONE);

    private final Processor<Object, Object> processor;

    @SuppressWarnings("unchecked")
    PlainSubject(Processor<? super I, ?> processor) {
        this.processor = (Processor<Object, Object>) processor;
    }

    @Override
    public String toString() {
        return "processor " + processor.getClass().getName();
    }

    @Override
    String describe(Object group) {
        return "value number " + group;
    }

    @Override
    void checkInput(List<I> items) {}

    @Override
    long verify(List<I> items, long seed) {
        List<Fed> records = new ArrayList<>();
        for (I item : items) {
            records.add(new Fed(records.size(), records.size(), 0, item));
        }
        Random random = new Random(seed);
        Map<Object, List<Got>> expected = alone(ALONE, records, random);
        List<Fed> reversed = new ArrayList<>(records);
        Collections.reverse(reversed);
        FeedingWay again = ALONE.again();
        compare(again, expected, alone(again, reversed, random));
        for (FeedingWay way : ways(random)) {
            Map<Object, List<Got>> actual = new LinkedHashMap<>();
            run(way, records, random, actual);
            compare(way, expected, actual);
        }
        return count(expected);
    }

    private void compare(FeedingWay way, Map<Object, List<Got>> expected, Map<Object, List<Got>> actual) {
        try {
            compare(ALONE, expected, actual, way.blame());
        } catch (AssertionError e) {
            throw in(way, e);
        }
    }

    private static List<FeedingWay> ways(Random random) {
        return List.of(
                FeedingWay.of("all values, in order", FIELD).withMoves(Moves.NONE),
                FeedingWay.of("all values, in another order", FIELD)
                        .withMoves(Moves.NONE)
                        .withDisorder(0)
                        .over(1 + random.nextInt(4), 1),
                FeedingWay.of("all values, in another order, with crashes", FIELD)
                        .withMoves(Moves.NONE)
                        .withDisorder(0)
                        .over(1 + random.nextInt(4), 1)
                        .withCrashes(0.3, 0.2, random.nextBoolean() ? Commits.CHANGES : Commits.SNAPSHOTS));
    }

    private Map<Object, List<Got>> alone(FeedingWay way, List<Fed> records, Random random) {
        Map<Object, List<Got>> results = new LinkedHashMap<>();
        for (Fed record : records) {
            run(way, List.of(record), random, results);
        }
        return results;
    }

    private void run(FeedingWay way, List<Fed> records, Random random, Map<Object, List<Got>> results) {
        try {
            List<Snapshot> before = snapshots(records);
            TestSink<Emission> sink = TestSink.named("results");
            Pipeline pipeline = Pipeline.from(TestSource.<Fed>named(SOURCE).eventTimeNanos(Fed::time))
                    .process(new Watched(processor))
                    .to(sink);
            collect(new Feeder(way, records, random).feed(pipeline, sink, any -> true), results, false);
            checkUnchanged(records, before);
        } catch (AssertionError | RuntimeException e) {
            throw in(way, e);
        }
    }

    /** Runs the processor under test, so that also nothing is a result. */
    private static final class Watched implements Processor<Fed, Emission> {
        private static final long serialVersionUID = 1L;

        private final Processor<Object, Object> processor;

        Watched(Processor<Object, Object> processor) {
            this.processor = processor;
        }

        @Override
        public Emission process(Fed fed) {
            Object result;
            try {
                result = processor.process(fed.value());
            } catch (Exception e) {
                throw new AssertionError(
                        "value number " + fed.number() + ": process threw " + e + " for " + fed.value(), e);
            }
            return new Emission(fed.key(), null, result, Snapshot.of(result));
        }

        @Override
        public void open(ProcessorContext context) throws Exception {
            processor.open(context);
        }

        @Override
        public void close() throws Exception {
            processor.close();
        }
    }
}
