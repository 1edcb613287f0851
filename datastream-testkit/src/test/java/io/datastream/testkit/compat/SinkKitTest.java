package io.datastream.testkit.compat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.datastream.sink.Guarantee;
import io.datastream.sink.Receipt;
import io.datastream.sink.Sink;
import io.datastream.sink.SinkContext;
import io.datastream.sink.SinkException;
import io.datastream.sink.SinkWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** A sink that does all well passes the kit, and each thing that one does wrong is found. */
class SinkKitTest {
    /** What a sink does wrong. */
    enum Flaw {
        NONE,
        LOSES_THE_LAST_BATCH,
        REPLACES_NOTHING,
        KEEPS_THE_FIRST,
        REFUSES_NEIGHBOURS,
        REFUSES_THE_WRONG_ONE,
        SWALLOWS_WHAT_IS_REFUSED,
        FAILS_WHEN_CLOSED_TWICE,
        GATHERS_WITHOUT_END,
        LOSES_WHAT_WAITS_DURING_AN_OUTAGE,
        IS_BOUND_TO_ITS_PROCESS,
        TELLS_ITS_SECRET
    }

    private static Set<String> failuresWith(Flaw flaw) {
        SomeSink.flaw = flaw;
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectClass(Kit.class))
                                .build(),
                        listener);
        assertThat(listener.getSummary().getTestsFoundCount())
                .as("tests of the kit")
                .isGreaterThan(10);
        return listener.getSummary().getFailures().stream()
                .map(failure -> failure.getTestIdentifier().getDisplayName().replace("()", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void aSinkThatDoesAllWellPasses() {
        assertThat(failuresWith(Flaw.NONE)).isEmpty();
    }

    @Test
    void findsEachFlaw() {
        Map<Flaw, String> tests = new LinkedHashMap<>();
        tests.put(Flaw.LOSES_THE_LAST_BATCH, "writesEachResult");
        tests.put(Flaw.REPLACES_NOTHING, "keepsItsPromiseAfterACrashBetweenWriteAndCommit");
        tests.put(Flaw.KEEPS_THE_FIRST, "keepsTheOrderOfTheResultsOfAKey");
        tests.put(Flaw.REFUSES_NEIGHBOURS, "writesTheNeighboursOfARefusedResult");
        tests.put(Flaw.REFUSES_THE_WRONG_ONE, "refusedResultsOfAPipelineGoToItsDeadLetters");
        tests.put(Flaw.SWALLOWS_WHAT_IS_REFUSED, "writesTheNeighboursOfARefusedResult");
        tests.put(Flaw.FAILS_WHEN_CLOSED_TWICE, "canBeClosedWhileItIsBusy");
        tests.put(Flaw.GATHERS_WITHOUT_END, "doesNotGatherWithoutEndWhileTheServerIsAway");
        tests.put(Flaw.LOSES_WHAT_WAITS_DURING_AN_OUTAGE, "goesOnWhenTheServerIsBack");
        tests.put(Flaw.IS_BOUND_TO_ITS_PROCESS, "worksInAnotherProcess");
        tests.put(Flaw.TELLS_ITS_SECRET, "tellsItsNameAndNoSecret");

        tests.forEach(
                (flaw, test) -> assertThat(failuresWith(flaw)).as("%s", flaw).contains(test));
    }

    record Entry(int key, int version) {}

    /** Run by the tests of this class only. */
    static class Kit extends SinkKit<Entry> {
        @BeforeEach
        void empty() {
            SomeSink.STORE.clear();
            SomeSink.added.clear();
            SomeSink.away = false;
        }

        @Override
        protected Sink<Entry> sink() {
            return new SomeSink();
        }

        @Override
        protected Entry result(int key, int version) {
            return new Entry(key, version);
        }

        @Override
        protected List<Entry> contents() {
            List<Entry> all = new ArrayList<>(SomeSink.STORE.values());
            all.addAll(SomeSink.added);
            return all;
        }

        @Override
        protected Entry refused() {
            return new Entry(-1, 0);
        }

        @Override
        protected Server server() {
            return new Server() {
                @Override
                public void stop() {
                    SomeSink.away = true;
                }

                @Override
                public void start() {
                    SomeSink.away = false;
                }
            };
        }

        @Override
        protected List<String> secrets() {
            return List.of("hunter2");
        }
    }

    /** A map of this process, written in batches of ten. */
    private static final class SomeSink implements Sink<Entry> {
        private static final long serialVersionUID = 1L;

        static final Map<Integer, Entry> STORE = java.util.Collections.synchronizedMap(new LinkedHashMap<>());
        static final List<Entry> added = java.util.Collections.synchronizedList(new ArrayList<>());
        static volatile Flaw flaw = Flaw.NONE;
        static volatile boolean away;

        @SuppressWarnings("UnusedVariable") // makes it impossible to send the sink elsewhere
        private final Object bound = flaw == Flaw.IS_BOUND_TO_ITS_PROCESS ? new Object() : "";

        @Override
        public String name() {
            return "some";
        }

        @Override
        public Guarantee guarantee() {
            return Guarantee.EFFECTIVELY_ONCE;
        }

        @Override
        public String toString() {
            return flaw == Flaw.TELLS_ITS_SECRET ? "some with hunter2" : "some";
        }

        @Override
        public SinkWriter<Entry> open(SinkContext context) {
            return new Writer(context);
        }

        private static final class Writer implements SinkWriter<Entry> {
            private record Waiting(Entry entry, Receipt receipt) {}

            private final SinkContext context;
            private final List<Waiting> batch = new ArrayList<>();
            private boolean closed;

            Writer(SinkContext context) {
                this.context = context;
            }

            @Override
            public void write(long time, Entry value) {
                if (batch.size() >= 10 && !(away && flaw == Flaw.GATHERS_WITHOUT_END)) {
                    send();
                }
                batch.add(new Waiting(value, context.receipt()));
            }

            @Override
            public void flush() {
                if (flaw != Flaw.LOSES_THE_LAST_BATCH) {
                    send();
                }
            }

            private void send() {
                if (away) {
                    if (flaw == Flaw.LOSES_WHAT_WAITS_DURING_AN_OUTAGE) {
                        batch.clear();
                    }
                    throw SinkException.retryable("away", new IllegalStateException("away"));
                }
                boolean anyRefused =
                        batch.stream().anyMatch(each -> each.entry().key() < 0);
                for (int i = 0; i < batch.size(); i++) {
                    if (batch.get(i).entry().key() < 0) {
                        refuse(i);
                    } else if (!anyRefused || flaw != Flaw.REFUSES_NEIGHBOURS) {
                        store(batch.get(i).entry());
                    }
                }
                batch.clear();
            }

            private static void store(Entry entry) {
                if (flaw == Flaw.REPLACES_NOTHING) {
                    added.add(entry);
                } else if (flaw == Flaw.KEEPS_THE_FIRST) {
                    STORE.putIfAbsent(entry.key(), entry);
                } else {
                    STORE.put(entry.key(), entry);
                }
            }

            private void refuse(int place) {
                if (flaw != Flaw.SWALLOWS_WHAT_IS_REFUSED) {
                    int other = flaw == Flaw.REFUSES_THE_WRONG_ONE ? 0 : place;
                    batch.get(other).receipt().refuse(new IllegalArgumentException("negative key"));
                }
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
