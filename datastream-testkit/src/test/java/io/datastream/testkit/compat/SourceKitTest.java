package io.datastream.testkit.compat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import io.datastream.codec.CodecException;
import io.datastream.source.ReadableSource;
import io.datastream.source.SourceReader;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** A source that does all well passes the kit, and each thing that one does wrong is found. */
class SourceKitTest {
    /** What a source does wrong. */
    enum Flaw {
        NONE,
        ENDS,
        LOSES_THE_LAST,
        SWAPS_NEIGHBOURS,
        REPEATS_AN_OFFSET,
        REPEATS_ONE_WHEN_IT_GOES_ON,
        LOSES_ONE_WHEN_IT_GOES_ON,
        HAS_OTHER_BYTES_NEXT_TIME,
        HANDS_OUT_TOO_MANY,
        LOOKS_ONCE,
        NEVER_SAYS_THAT_IT_HAS_READ_ALL,
        SWALLOWS_BAD_RECORDS,
        LOSES_THE_NEIGHBOUR_OF_A_BAD_RECORD,
        HOLDS_ALL_IN_MEMORY,
        FAILS_WHEN_CLOSED_TWICE,
        IS_BOUND_TO_ITS_PROCESS,
        TELLS_ITS_SECRET
    }

    private static Set<String> failuresWith(Flaw flaw, DiscoverySelector tests) {
        SomeSource.flaw = flaw;
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(tests)
                                .build(),
                        listener);
        assertThat(listener.getSummary().getTestsStartedCount())
                .as("tests of the kit")
                .isPositive();
        return listener.getSummary().getFailures().stream()
                .map(failure -> failure.getTestIdentifier().getDisplayName().replace("()", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void aSourceThatDoesAllWellPasses() {
        assertThat(failuresWith(Flaw.NONE, selectClass(Kit.class))).isEmpty();
    }

    @Test
    void findsEachFlaw() {
        Map<Flaw, String> tests = new LinkedHashMap<>();
        tests.put(Flaw.ENDS, "handsOutEachRecordInItsOrder");
        tests.put(Flaw.LOSES_THE_LAST, "handsOutEachRecordInItsOrder");
        tests.put(Flaw.SWAPS_NEIGHBOURS, "handsOutEachRecordInItsOrder");
        tests.put(Flaw.REPEATS_AN_OFFSET, "handsOutEachRecordInItsOrder");
        tests.put(Flaw.REPEATS_ONE_WHEN_IT_GOES_ON, "givesEachResultOnceAcrossACrashOfThePipeline");
        tests.put(Flaw.LOSES_ONE_WHEN_IT_GOES_ON, "stopsInTheMiddleAndGoesOnInAnotherReader");
        tests.put(Flaw.HAS_OTHER_BYTES_NEXT_TIME, "givesTheSameAgain");
        tests.put(Flaw.HANDS_OUT_TOO_MANY, "handsOutNoMoreThanItIsAskedFor");
        tests.put(Flaw.LOOKS_ONCE, "takesWhatComesLater");
        tests.put(Flaw.NEVER_SAYS_THAT_IT_HAS_READ_ALL, "doesNotHoldWindowsBackAtItsEndOrWhenItIsQuiet");
        tests.put(Flaw.SWALLOWS_BAD_RECORDS, "aBadRecordFailsAPipelineThatSaysNothingElseAndIsNamed");
        tests.put(Flaw.LOSES_THE_NEIGHBOUR_OF_A_BAD_RECORD, "namesABadRecordAndHandsOutItsNeighbours");
        tests.put(Flaw.HOLDS_ALL_IN_MEMORY, "readsNoMoreWhileThePipelineStandsStill");
        tests.put(Flaw.FAILS_WHEN_CLOSED_TWICE, "canBeClosedWhileItIsBusy");
        tests.put(Flaw.IS_BOUND_TO_ITS_PROCESS, "worksInAnotherProcess");
        tests.put(Flaw.TELLS_ITS_SECRET, "tellsItsNamesAndNoSecret");

        tests.forEach((flaw, test) -> assertThat(failuresWith(flaw, selectMethod(Kit.class, test)))
                .as("%s", flaw)
                .containsExactly(test));
    }

    /** Run by the tests of this class only. */
    static class Kit extends SourceKit<String> {
        @BeforeEach
        void empty() {
            SomeSource.STORE.clear();
            SomeSource.held = 0;
        }

        @Override
        protected ReadableSource<String> source() {
            return new SomeSource();
        }

        @Override
        protected String record(int number) {
            return "record " + number;
        }

        @Override
        protected void feed(List<String> records) {
            SomeSource.STORE.addAll(records);
        }

        @Override
        protected boolean feedMalformed() {
            SomeSource.STORE.add("!");
            return true;
        }

        @Override
        protected long held() {
            return SomeSource.held;
        }

        @Override
        protected long readAhead() {
            return 100;
        }

        @Override
        protected int many() {
            return 300;
        }

        @Override
        protected Duration patience() {
            return SomeSource.flaw == Flaw.NONE ? super.patience() : Duration.ofMillis(300);
        }

        @Override
        protected List<String> secrets() {
            return List.of("hunter2");
        }
    }

    /** A list of this process, which grows. */
    private static final class SomeSource implements ReadableSource<String> {
        private static final long serialVersionUID = 1L;
        private static final long LOG_NANOS = 1_750_000_000_000_000_000L;
        static final List<String> STORE = new CopyOnWriteArrayList<>();
        static volatile Flaw flaw = Flaw.NONE;
        static volatile long held;
        private static final AtomicInteger OPENED = new AtomicInteger();

        private final @Nullable Object bound = flaw == Flaw.IS_BOUND_TO_ITS_PROCESS ? new Object() : null;

        @Override
        public String name() {
            return flaw == Flaw.TELLS_ITS_SECRET ? "some with hunter2" : "some";
        }

        @Override
        public int partitions() {
            return 1;
        }

        @Override
        public boolean isBounded() {
            return false;
        }

        @Override
        public String toString() {
            return name() + (bound == null ? "" : bound);
        }

        @Override
        public SourceReader<String> open(int partition, long position) {
            return new Reader(position);
        }

        private static final class Reader implements SourceReader<String> {
            private final int opened = OPENED.incrementAndGet();
            private final int size = STORE.size();
            private int next;
            private boolean closed;

            Reader(long position) {
                next = Math.toIntExact(position);
                if (flaw == Flaw.REPEATS_ONE_WHEN_IT_GOES_ON && next > 0) {
                    next--;
                } else if (flaw == Flaw.LOSES_ONE_WHEN_IT_GOES_ON && next > 0) {
                    next++;
                }
            }

            @Override
            public Status poll(int max, Collector<? super String> out) {
                int there = flaw == Flaw.LOOKS_ONCE ? size : STORE.size();
                there -= flaw == Flaw.LOSES_THE_LAST ? 1 : 0;
                held = flaw == Flaw.HOLDS_ALL_IN_MEMORY ? there : 0;
                int wanted = flaw == Flaw.HANDS_OUT_TOO_MANY ? max + 1 : max;
                for (int i = 0; i < wanted && next < there; i++) {
                    int offset = next++;
                    hand(offset, out);
                }
                if (flaw == Flaw.ENDS && next >= there) {
                    return Status.END;
                }
                return next < there || flaw == Flaw.NEVER_SAYS_THAT_IT_HAS_READ_ALL ? Status.MORE : Status.CAUGHT_UP;
            }

            private void hand(int offset, Collector<? super String> out) {
                int from = offset;
                if (flaw == Flaw.SWAPS_NEIGHBOURS && offset / 2 * 2 + 1 < STORE.size()) {
                    from = offset ^ 1;
                }
                String text = STORE.get(from);
                if (text.startsWith("!")) {
                    if (flaw == Flaw.LOSES_THE_NEIGHBOUR_OF_A_BAD_RECORD) {
                        next++;
                    }
                    if (flaw != Flaw.SWALLOWS_BAD_RECORDS) {
                        out.malformed(offset, LOG_NANOS, new CodecException("text: ! (expected: another)"), null);
                    }
                    return;
                }
                String bytes = flaw == Flaw.HAS_OTHER_BYTES_NEXT_TIME ? text + opened : text;
                int shown = flaw == Flaw.REPEATS_AN_OFFSET ? offset / 2 : offset;
                out.record(shown, LOG_NANOS, text, bytes.getBytes(UTF_8));
            }

            @Override
            public void close() {
                if (closed && flaw == Flaw.FAILS_WHEN_CLOSED_TWICE) {
                    throw new IllegalStateException("closed twice");
                }
                closed = true;
            }
        }
    }
}
