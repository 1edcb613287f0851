package io.datastream.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.Pipeline;
import io.datastream.sink.Sinks;
import io.datastream.source.ReadableSource;
import io.datastream.source.SourceReader;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LocalDrainTest {
    private static final CountDownLatch POLLING = new CountDownLatch(1);
    private static final CountDownLatch GOES_ON = new CountDownLatch(1);

    /** Has nothing at first, takes long to find nothing the second time, and then has a record. */
    private static final class Growing implements ReadableSource<String> {
        @Override
        public String name() {
            return "growing";
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
        public SourceReader<String> open(int partition, long position) {
            return new SourceReader<>() {
                private int polls;

                @Override
                public Status poll(int max, Collector<? super String> out) {
                    polls++;
                    if (polls == 2) {
                        POLLING.countDown();
                        awaitGoesOn();
                    } else if (polls == 3) {
                        out.record(0, 0, "added before the drain", null);
                    }
                    return Status.CAUGHT_UP;
                }

                @Override
                public void close() {}
            };
        }
    }

    private static void awaitGoesOn() {
        try {
            // nobody opens it: what must not be done meanwhile has the time to be done
            assertThat(GOES_ON.await(300, TimeUnit.MILLISECONDS)).isFalse();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whatWasAddedBeforeTheDrainIsProcessedThoughTheLastLookFoundNothing() throws Exception {
        Queue<String> results = new ConcurrentLinkedQueue<>();
        try (PipelineController controller = LocalRuntime.create()
                .start(Pipeline.from(new Growing().logTime())
                        .filter(value -> true)
                        .to(Sinks.collectInto(results)))) {
            POLLING.await(); // the record comes from here on
            controller.drain();
        }
        assertThat(results).containsExactly("added before the drain");
    }
}
