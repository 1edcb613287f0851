package io.datastream.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.datastream.Pipeline;
import io.datastream.error.ErrorPolicy;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.sink.Sinks;
import io.datastream.source.ListSource;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

class FailureLogTest {
    private static final List<String> seen = new CopyOnWriteArrayList<>();

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final List<Map<String, String>> fields = new CopyOnWriteArrayList<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(FailureLog.class);
    private final Level before = logger.getEffectiveLevel();
    private final AtomicLong nanos = new AtomicLong(-5);
    private final FailureLog log = new FailureLog("plant", "parse", nanos::get);

    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            lines.add(event.getFormattedMessage() + (event.getThrowableProxy() == null ? "" : " (in full)"));
            fields.add(Map.copyOf(event.getMDCPropertyMap()));
        }
    };

    @BeforeEach
    void listen() {
        seen.clear();
        appender.start();
        logger.addAppender(appender);
        logger.setLevel(Level.WARN);
        logger.setAdditive(false);
    }

    @AfterEach
    void stop() {
        logger.setAdditive(true);
        logger.setLevel(before);
        logger.detachAppender(appender);
    }

    private void fail(int number) {
        log.failed("readings-0@" + number, "not a number", new IllegalArgumentException("not a number"));
    }

    private static int parsed(String text) {
        seen.add(MDC.get(LogFields.PIPELINE) + " " + MDC.get(LogFields.PARTITION) + " " + MDC.get(LogFields.STEP));
        return Integer.parseInt(text);
    }

    @Test
    void tellsTheFirstInFullAndThenHowManyOnceAMinute() {
        for (int i = 1; i <= 1_000; i++) {
            fail(i);
        }
        nanos.addAndGet(Gate.INTERVAL_NANOS - 1);
        fail(1_001);
        assertThat(lines).hasSize(1);
        nanos.addAndGet(1);
        fail(1_002);
        fail(1_003);
        nanos.addAndGet(Gate.INTERVAL_NANOS);
        fail(1_004);
        nanos.addAndGet(Gate.INTERVAL_NANOS);
        fail(1_005);
        assertThat(lines)
                .containsExactly(
                        "pipeline plant: step \"parse\" gave up a record at readings-0@1: not a number; further ones"
                                + " are told once a minute (in full)",
                        "pipeline plant: step \"parse\" gave up 1001 more records, the latest at readings-0@1002: not a"
                                + " number",
                        "pipeline plant: step \"parse\" gave up 2 more records, the latest at readings-0@1004: not a"
                                + " number",
                        "pipeline plant: step \"parse\" gave up a record at readings-0@1005: not a number; further ones"
                                + " are told once a minute (in full)");
    }

    @Test
    void keepsTextsOfRecordsOnTheLine() {
        fail(1);
        fail(2);
        nanos.addAndGet(Gate.INTERVAL_NANOS);
        log.failed("a\nb@3", "\u001b[2Jall is well\r\n", new IllegalArgumentException());
        assertThat(lines.get(1)).endsWith("gave up 2 more records, the latest at a\\nb@3: \\u001b[2Jall is well\\r\\n");
    }

    @Test
    void givesLinesOfWorkersTheirPipelinePartitionAndStep() throws Exception {
        Pipeline pipeline = Pipeline.from(ListSource.of(List.of("1", "x")).eventTime(text -> Instant.EPOCH))
                .map(FailureLogTest::parsed)
                .named("parse")
                .onError(ErrorPolicy.skip())
                .to(Sinks.collectInto(new CopyOnWriteArrayList<>()))
                .named("fields");
        try (PipelineController controller = LocalRuntime.create().start(pipeline)) {
            controller.awaitTermination();
        }
        assertThat(seen).containsExactly("fields list null", "fields list null");
        assertThat(fields)
                .containsExactly(
                        Map.of(LogFields.PIPELINE, "fields", LogFields.PARTITION, "list", LogFields.STEP, "parse"));
    }
}
