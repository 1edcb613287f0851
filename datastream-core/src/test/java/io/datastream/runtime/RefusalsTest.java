package io.datastream.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.Pipeline;
import io.datastream.aggregate.Aggregations;
import io.datastream.codec.Codec;
import io.datastream.codec.CodecException;
import io.datastream.codec.TextLines;
import io.datastream.error.DeadLetter;
import io.datastream.error.ErrorPolicy;
import io.datastream.error.Masked;
import io.datastream.error.PipelineException;
import io.datastream.error.SourcePlace;
import io.datastream.sink.FileSink;
import io.datastream.sink.Guarantee;
import io.datastream.sink.Receipt;
import io.datastream.sink.Sink;
import io.datastream.sink.SinkContext;
import io.datastream.sink.SinkException;
import io.datastream.sink.SinkWriter;
import io.datastream.sink.Sinks;
import io.datastream.sink.TopicSink;
import io.datastream.source.ListSource;
import io.datastream.source.Source;
import io.datastream.source.TopicSource;
import io.datastream.time.Tumbling;
import io.datastream.topic.Topics;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of results that a sink refuses, of which it often learns when it sends a batch. */
@Timeout(60)
class RefusalsTest {
    private static final Codec<Long> NUMBER = Codec.of(
            number -> number.toString().getBytes(StandardCharsets.UTF_8),
            bytes -> Long.valueOf(new String(bytes, StandardCharsets.UTF_8)));

    private final Topics topics = new Topics();
    private final Queue<Long> written = new ConcurrentLinkedQueue<>();
    private final Queue<DeadLetter> letters = new ConcurrentLinkedQueue<>();

    /** Sends batches of ten, and refuses negative numbers then. */
    private final class Batching implements Sink<Long> {
        private static final long serialVersionUID = 1L;

        final AtomicInteger outages = new AtomicInteger();

        @Override
        public String name() {
            return "batching";
        }

        @Override
        public Guarantee guarantee() {
            return Guarantee.AT_LEAST_ONCE;
        }

        @Override
        public SinkWriter<Long> open(SinkContext context) {
            return new SinkWriter<>() {
                private record Waiting(long number, Receipt receipt) {}

                private final List<Waiting> batch = new ArrayList<>();

                @Override
                public void write(long time, Long value) {
                    if (batch.size() == 10) {
                        flush();
                    }
                    batch.add(new Waiting(value, context.receipt()));
                }

                @Override
                public void flush() {
                    List<Waiting> sent = List.copyOf(batch);
                    batch.clear();
                    for (Waiting each : sent) {
                        if (each.number() < 0) {
                            each.receipt().refuse(new IllegalArgumentException("negative"));
                        } else {
                            written.add(each.number());
                        }
                    }
                    if (outages.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                        throw SinkException.retryable("away", new IllegalStateException("away"));
                    }
                }

                @Override
                public void close() {}
            };
        }
    }

    private static Source<Long> numbers(long... numbers) {
        return ListSource.of(LongStream.of(numbers).boxed().toList()).logTime();
    }

    private static PipelineStatus run(Pipeline pipeline) throws InterruptedException {
        try (PipelineController controller = LocalRuntime.create().start(pipeline)) {
            controller.awaitTermination();
            return controller.status();
        }
    }

    @Test
    void aRefusedResultGoesToTheDeadLettersAndItsNeighboursAreWritten() throws Exception {
        PipelineStatus status = run(Pipeline.from(numbers(1, -2, 3))
                .to(new Batching(), ErrorPolicy.deadLetter())
                .deadLettersTo(Sinks.collectInto(letters))
                .named("numbers"));

        assertThat(written).containsExactly(1L, 3L);
        DeadLetter letter = letters.element();
        assertThat(letters).hasSize(1);
        assertThat(letter.pipeline()).isEqualTo("numbers");
        assertThat(letter.step()).isEqualTo("to batching");
        assertThat(letter.place()).isEqualTo("list@1");
        assertThat(letter.source()).isEqualTo(new SourcePlace("list", 0, 1));
        assertThat(letter.error()).isEqualTo(IllegalArgumentException.class.getName());
        assertThat(letter.message()).isEqualTo("negative");
        assertThat(letter.value()).isEqualTo("-2");
        assertThat(letter.attempts()).isEqualTo(1);
        assertThat(status.steps())
                .containsExactly(new PipelineStatus.StepStatus(
                        "to batching", 0, 0, 1, "list@1: java.lang.IllegalArgumentException: negative", "-2"));
    }

    @Test
    void aRefusedResultFailsThePipelineByDefaultAfterItsNeighboursAreWritten() {
        assertThatThrownBy(() -> run(Pipeline.from(numbers(1, -2, 3, -4)).to(new Batching())))
                .isInstanceOf(PipelineException.class)
                .hasStackTraceContaining("list@1: step \"to batching\": refused -2: negative (and 1 more refused)")
                .hasStackTraceContaining("list@3: step \"to batching\": refused -4: negative");
        assertThat(written).containsExactly(1L, 3L);
    }

    @Test
    void aRefusedResultIsSkippedAndCounted() throws Exception {
        PipelineStatus status = run(Pipeline.from(numbers(1, -2, 3, -4)).to(new Batching(), ErrorPolicy.skip()));

        assertThat(written).containsExactly(1L, 3L);
        assertThat(status.steps())
                .containsExactly(new PipelineStatus.StepStatus(
                        "to batching", 0, 2, 0, "list@3: java.lang.IllegalArgumentException: negative", "-4"));
    }

    record Secret(@Masked long number, String unit) {}

    /** Refuses all, and quotes it. */
    private static Sink<Object> quoting() {
        return Sinks.calling("quoting", (time, value) -> {
            throw new CodecException("cannot take " + value + " of 4111");
        });
    }

    @Test
    void whatASinkSaysOfAResultWithMaskedFieldsIsNotTold() throws Exception {
        PipelineStatus status = run(Pipeline.from(numbers(4111))
                .map(number -> new Secret(number, "euro"))
                .to(quoting(), ErrorPolicy.deadLetter())
                .deadLettersTo(Sinks.collectInto(letters)));

        String told = "value: what is wrong is not shown, since Secret has masked fields";
        assertThat(letters.element().message()).isEqualTo(told);
        assertThat(status.steps())
                .containsExactly(new PipelineStatus.StepStatus(
                        "to quoting", 0, 0, 1, "list@0: " + told, "Secret[number=***, unit=euro]"));
    }

    @Test
    void whatTheSinkOfLateRecordsSaysOfMaskedFieldsIsNotTold() {
        assertThatThrownBy(() ->
                        run(Pipeline.from(ListSource.of(List.of(new Secret(9_000, "euro"), new Secret(4111, "euro")))
                                        .eventTimeNanos(Secret::number))
                                .keyedBy(secret -> "all")
                                .window(Tumbling.of(Duration.ofNanos(10)))
                                .aggregate(Aggregations.count())
                                .to(Sinks.collectInto(new ConcurrentLinkedQueue<>()))
                                .lateTo(quoting())))
                .isInstanceOf(PipelineException.class)
                .hasStackTraceContaining("what is wrong is not shown, since Late has masked fields")
                .satisfies(error -> assertThat(stackTrace(error)).doesNotContain("4111"));
    }

    /** Fails for all that it was given, and quotes the last of it. */
    private record Stopping(boolean atOnce, Function<String, RuntimeException> error) implements Sink<Object> {
        @Override
        public String name() {
            return "stopping";
        }

        @Override
        public Guarantee guarantee() {
            return Guarantee.AT_LEAST_ONCE;
        }

        @Override
        public SinkWriter<Object> open(SinkContext context) {
            return new SinkWriter<>() {
                private String last = "";

                @Override
                public void write(long time, Object value) {
                    last = "cannot take " + value;
                    if (atOnce) {
                        throw error.apply(last);
                    }
                }

                @Override
                public void flush() {
                    if (!last.isEmpty()) {
                        throw error.apply(last);
                    }
                }

                @Override
                public void close() {}
            };
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatASinkSaysThatCannotGoOnIsToldWithoutMaskedFields(boolean atOnce) {
        List<Function<String, RuntimeException>> errors =
                List.of(text -> SinkException.fatal(text, new IllegalStateException(text)), IllegalStateException::new);
        for (Function<String, RuntimeException> error : errors) {
            assertThatThrownBy(() -> run(Pipeline.from(numbers(4111))
                            .map(number -> new Secret(number, "euro"))
                            .to(new Stopping(atOnce, error))))
                    .satisfies(told ->
                            assertThat(stackTrace(told)).contains("Secret").doesNotContain("4111"));
        }
    }

    private static String stackTrace(Throwable error) {
        StringWriter text = new StringWriter();
        error.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    @Test
    void aResultThatIsRefusedWhileALaterOneIsWrittenIsTheOneInTheDeadLetters() throws Exception {
        run(Pipeline.from(numbers(-7, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11))
                .to(new Batching(), ErrorPolicy.deadLetter())
                .deadLettersTo(Sinks.collectInto(letters)));

        assertThat(letters).extracting(DeadLetter::place).containsExactly("list@0");
        assertThat(letters).extracting(DeadLetter::value).containsExactly("-7");
        assertThat(written).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L);
    }

    @Test
    void whatWasRefusedInACallThatIsTriedAgainIsToldOnce() throws Exception {
        Batching shaky = new Batching();
        shaky.outages.set(2);

        run(Pipeline.from(numbers(1, -2, 3))
                .to(shaky, ErrorPolicy.deadLetter())
                .deadLettersTo(Sinks.collectInto(letters)));

        assertThat(letters).extracting(DeadLetter::place).containsExactly("list@1");
        assertThat(written).containsExactly(1L, 3L);
    }

    @Test
    void aRefusedResultOfATopicHasTheOriginalRecord() {
        topics.create("numbers", 1);
        List.of(5L, -6L, 7L).forEach(number -> topics.topic("numbers").append(0, null, NUMBER.encode(number)));

        try (PipelineController controller = LocalRuntime.create()
                .withTopics(topics)
                .start(Pipeline.from(TopicSource.of("numbers", NUMBER).logTime())
                        .to(new Batching(), ErrorPolicy.deadLetter())
                        .deadLettersTo(Sinks.collectInto(letters)))) {
            controller.drain();
        }

        assertThat(letters.element().place()).isEqualTo("numbers-0@1");
        assertThat(Objects.requireNonNull(letters.element().original()).text()).isEqualTo("-6");
    }

    @Test
    void aRefusedResultOfAWindowIsNamedByItsTime() throws Exception {
        run(Pipeline.from(ListSource.of(List.of(1L, -12L, -15L)).eventTimeNanos(number -> Math.abs(number)))
                .keyBy(number -> "all")
                .window(Tumbling.of(Duration.ofNanos(10)))
                .aggregate(Aggregations.<Long>sum(Long::doubleValue))
                .mapValues((key, sum) -> sum.value().longValue())
                .to(new Batching(), ErrorPolicy.deadLetter())
                .deadLettersTo(Sinks.collectInto(letters)));

        assertThat(written).containsExactly(1L);
        assertThat(letters.element().place()).isEqualTo("result at 1970-01-01T00:00:00.000000019Z");
        assertThat(letters.element().source()).isNull();
        assertThat(letters.element().value()).isEqualTo("-27");
    }

    @Test
    void aDeadLetterOfTheLastFlushBeforeACommitBelongsToThatCommit() {
        topics.create("numbers", 1);
        List.of(5L, -6L).forEach(number -> topics.topic("numbers").append(0, null, NUMBER.encode(number)));

        try (PipelineController controller = LocalRuntime.create()
                .withTopics(topics)
                .withCheckpoints(Checkpoints.inMemory().every(Duration.ofHours(1)))
                .start(Pipeline.from(TopicSource.of("numbers", NUMBER).logTime())
                        .to(new Batching(), ErrorPolicy.deadLetter())
                        .deadLettersTo(
                                TopicSink.of("letters", letter -> letter.place().getBytes(StandardCharsets.UTF_8))))) {
            controller.drain();
        }

        assertThat(topics.topic("letters").read(0, 0, 10))
                .extracting(record -> new String(record.value(), StandardCharsets.UTF_8))
                .containsExactly("numbers-0@1");
    }

    @Test
    void deadLettersOfTheLastFlushAreFlushedToo() {
        List<DeadLetter> waiting = new ArrayList<>();
        Sink<DeadLetter> gathering = new Sink<>() {
            @Override
            public String name() {
                return "gathering";
            }

            @Override
            public Guarantee guarantee() {
                return Guarantee.AT_LEAST_ONCE;
            }

            @Override
            public SinkWriter<DeadLetter> open(SinkContext context) {
                return new SinkWriter<>() {
                    @Override
                    public void write(long time, DeadLetter value) {
                        waiting.add(value);
                    }

                    @Override
                    public void flush() {
                        letters.addAll(waiting);
                        waiting.clear();
                    }

                    @Override
                    public void close() {}
                };
            }
        };

        topics.create("numbers", 1);
        List.of(1L, -2L).forEach(number -> topics.topic("numbers").append(0, null, NUMBER.encode(number)));
        try (PipelineController controller = LocalRuntime.create()
                .withTopics(topics)
                .withCheckpoints(Checkpoints.inMemory().every(Duration.ofHours(1)))
                .start(Pipeline.from(TopicSource.of("numbers", NUMBER).logTime())
                        .to(new Batching(), ErrorPolicy.deadLetter())
                        .deadLettersTo(gathering))) {
            controller.drain();
        }

        assertThat(letters).extracting(DeadLetter::place).containsExactly("numbers-0@1");
    }

    @Test
    void aDeadLetterThatIsRefusedStopsThePipeline() {
        Sink<DeadLetter> closed = new Sink<>() {
            @Override
            public String name() {
                return "closed";
            }

            @Override
            public Guarantee guarantee() {
                return Guarantee.AT_LEAST_ONCE;
            }

            @Override
            public SinkWriter<DeadLetter> open(SinkContext context) {
                return new SinkWriter<>() {
                    @Override
                    public void write(long time, DeadLetter value) {
                        context.receipt().refuse(new IllegalStateException("no letters today"));
                    }

                    @Override
                    public void flush() {}

                    @Override
                    public void close() {}
                };
            }
        };

        assertThatThrownBy(() -> run(Pipeline.from(numbers(1, -2))
                        .to(new Batching(), ErrorPolicy.deadLetter())
                        .deadLettersTo(closed)))
                .hasStackTraceContaining("step \"dead-letters\": a result cannot be written: no letters today");
    }

    @Test
    void aResultThatAFileCannotHoldIsRefused(@TempDir Path folder) throws Exception {
        run(Pipeline.from(ListSource.of(List.of("a", "!b", "c")).logTime())
                .to(FileSink.of(folder.resolve("out.txt"), new TextLines()), ErrorPolicy.deadLetter())
                .deadLettersTo(Sinks.collectInto(letters)));

        assertThat(folder.resolve("out.txt")).hasContent("# lines\na\nc");
        assertThat(letters).extracting(DeadLetter::place).containsExactly("list@1");
        assertThat(letters).extracting(DeadLetter::message).containsExactly("!b: bad");
    }

    @Test
    void aResultForWhichACallbackThrowsIsRefused() throws Exception {
        run(Pipeline.from(numbers(1, 0, 3))
                .to(Sinks.calling("division", (time, value) -> written.add(6 / value)), ErrorPolicy.deadLetter())
                .deadLettersTo(Sinks.collectInto(letters)));

        assertThat(written).containsExactly(6L, 2L);
        assertThat(letters).extracting(DeadLetter::message).containsExactly("/ by zero");
    }

    @Test
    void refusingOutsideOfACallIsAnError() {
        Refusals refusals = new Refusals("step");
        List<Receipt> kept = new ArrayList<>();
        refusals.whileWriting(
                "value", () -> error -> {}, () -> kept.add(refusals.receipts().get()));

        assertThatThrownBy(() -> kept.get(0).refuse(new IllegalStateException("late")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("outside of write and flush");
        assertThatThrownBy(() -> refusals.receipts().get())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("outside of write");
    }
}
