package io.datastream.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.Pipeline;
import io.datastream.sink.Sinks;
import io.datastream.source.ReadableSource;
import io.datastream.source.SourceReader;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LocalRestartTest {
    private static final CountDownLatch OPENS_AGAIN = new CountDownLatch(1);
    private static final CountDownLatch GOES_ON = new CountDownLatch(1);
    private static final AtomicInteger OPENINGS = new AtomicInteger();

    /** Fails once. When it is opened again its last partition is held up. */
    private static final class FailingOnce implements ReadableSource<String> {
        @Override
        public String name() {
            return "failing";
        }

        @Override
        public int partitions() {
            return 2;
        }

        @Override
        public boolean isBounded() {
            return false;
        }

        @Override
        public SourceReader<String> open(int partition, long position) {
            boolean fails = partition == 1 && OPENINGS.incrementAndGet() == 1;
            if (partition == 1 && !fails) {
                OPENS_AGAIN.countDown();
                awaitGoesOn();
            }
            return new SourceReader<>() {
                @Override
                public Status poll(int max, Collector<? super String> out) {
                    if (fails) {
                        throw new IllegalStateException("planned failure");
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
            assertThat(GOES_ON.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void theStatusTellsOfAllPartitionsWhileARestartOpensThem() throws Exception {
        Queue<String> results = new ConcurrentLinkedQueue<>();
        LocalRuntime runtime = LocalRuntime.create()
                .withThreads(2)
                .withCheckpoints(Checkpoints.inMemory())
                .withRestarts(RestartPolicy.upTo(1).withBackoff(Duration.ofMillis(1)));
        try (PipelineController controller =
                runtime.start(Pipeline.from(new FailingOnce().logTime()).to(Sinks.collectInto(results)))) {
            OPENS_AGAIN.await();
            PipelineStatus meanwhile = controller.status();
            GOES_ON.countDown();
            assertThat(meanwhile.restarts()).isEqualTo(1);
            assertThat(meanwhile.origins())
                    .extracting(PipelineStatus.OriginStatus::name)
                    .containsExactly("failing-0", "failing-1");
        }
    }
}
