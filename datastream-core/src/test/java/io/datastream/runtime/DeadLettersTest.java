package io.datastream.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.datastream.Pipeline;
import io.datastream.aggregate.Aggregations;
import io.datastream.codec.Codec;
import io.datastream.codec.CodecException;
import io.datastream.codec.Decoder;
import io.datastream.codec.Encoder;
import io.datastream.error.DeadLetter;
import io.datastream.error.ErrorPolicy;
import io.datastream.error.Late;
import io.datastream.error.Masked;
import io.datastream.error.Original;
import io.datastream.error.PipelineException;
import io.datastream.error.SourcePlace;
import io.datastream.sink.Sink;
import io.datastream.sink.Sinks;
import io.datastream.sink.TopicSink;
import io.datastream.source.Source;
import io.datastream.source.TopicSource;
import io.datastream.time.Tumbling;
import io.datastream.topic.RecordHeader;
import io.datastream.topic.TopicRecord;
import io.datastream.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What dead letters and late records of topics bring along, and how a sink writes headers. */
@Timeout(60)
class DeadLettersTest {
    private static final Codec<Long> NUMBER = Codec.of(
            number -> utf8(number.toString()), bytes -> Long.valueOf(new String(bytes, StandardCharsets.UTF_8)));
    private static final RecordHeader TRACE = RecordHeader.of("trace", "t1");

    private final Topics topics = new Topics();
    private final Queue<DeadLetter> letters = new ConcurrentLinkedQueue<>();
    private final Queue<Late<?>> lates = new ConcurrentLinkedQueue<>();
    private final Queue<Object> results = new ConcurrentLinkedQueue<>();

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @BeforeEach
    void makeTopic() {
        topics.create("numbers", 1);
    }

    private void put(long number) {
        topics.topic("numbers").append(number, utf8("k" + number), NUMBER.encode(number), List.of(TRACE));
    }

    private static Source<Long> numbers() {
        return TopicSource.of("numbers", NUMBER).eventTimeNanos(number -> number);
    }

    private PipelineStatus drain(Pipeline pipeline) {
        PipelineController controller = LocalRuntime.create().withTopics(topics).start(pipeline);
        controller.drain();
        assertThat(controller.failure()).isEmpty();
        return controller.status();
    }

    private static void isRecordOf(long number, @Nullable Original original) {
        assertThat(Objects.requireNonNull(original).key()).isEqualTo(utf8("k" + number));
        assertThat(original.text()).isEqualTo(String.valueOf(number));
        assertThat(original.headers()).containsExactly(TRACE);
        assertThat(original.logNanos()).isEqualTo(number);
    }

    @Test
    void aFailureOfAStepWithoutStateHasTheOriginalRecord() {
        put(1);
        put(0);
        drain(Pipeline.from(numbers())
                .map(number -> 6 / number)
                .onError(ErrorPolicy.deadLetter())
                .to(Sinks.collectInto(results))
                .deadLettersTo(Sinks.collectInto(letters)));
        assertThat(results).containsExactly(6L);
        assertThat(letters.element().source()).isEqualTo(new SourcePlace("numbers", 0, 1));
        isRecordOf(0, letters.element().original());
    }

    @Test
    void aFailureAfterKeyedByHasTheOriginalRecordUnlessItHadToWait() {
        put(3);
        drain(Pipeline.from(numbers())
                .keyedBy(number -> "all")
                .window(Tumbling.of(Duration.ofNanos(10)))
                .aggregate(Aggregations.<Long>sum(number -> {
                    throw new IllegalStateException("no");
                }))
                .onError(ErrorPolicy.deadLetter())
                .to(Sinks.collectInto(results))
                .deadLettersTo(Sinks.collectInto(letters)));
        assertThat(letters.element().source()).isEqualTo(new SourcePlace("numbers", 0, 0));
        isRecordOf(3, letters.element().original());
    }

    @Test
    void aLateRecordHasTheOriginalRecord() {
        put(25);
        put(4);
        drain(Pipeline.from(numbers())
                .keyedBy(number -> "all")
                .window(Tumbling.of(Duration.ofNanos(10)))
                .aggregate(Aggregations.count())
                .to(Sinks.collectInto(results))
                .lateTo(Sinks.collectInto(lates))
                .named("counts"));
        assertThat(lates.element().pipeline()).isEqualTo("counts");
        assertThat(lates.element().source()).isEqualTo(new SourcePlace("numbers", 0, 1));
        isRecordOf(4, lates.element().original());
    }

    private static Sink<Long> refusing(String refused) {
        Encoder<Long> encoder = value -> {
            if (value.toString().equals(refused)) {
                throw new IllegalStateException("refused");
            }
            return utf8(value.toString());
        };
        return TopicSink.of("out", encoder);
    }

    @Test
    void aResultThatCannotBeWrittenIsADeadLetterOfItsRecord() {
        put(1);
        put(2);
        put(3);
        drain(Pipeline.from(numbers())
                .to(refusing("2"), ErrorPolicy.deadLetter())
                .deadLettersTo(Sinks.collectInto(letters)));
        assertThat(topics.topic("out").values(NUMBER)).containsExactly(1L, 3L);
        assertThat(letters).hasSize(1);
        assertThat(letters.element().place()).isEqualTo("numbers-0@1");
        assertThat(letters.element().message()).isEqualTo("refused");
        assertThat(letters.element().value()).isEqualTo("2");
        isRecordOf(2, letters.element().original());
    }

    @Test
    void aResultOfAWindowThatCannotBeWrittenIsADeadLetterWithoutRecord() {
        put(3);
        put(15);
        drain(Pipeline.from(numbers())
                .keyedBy(number -> "all")
                .window(Tumbling.of(Duration.ofNanos(10)))
                .aggregate(Aggregations.count())
                .mapValues((key, counted) -> counted.value())
                .to(refusing("1"), ErrorPolicy.deadLetter())
                .deadLettersTo(Sinks.collectInto(letters)));
        assertThat(letters.element().place()).isEqualTo("result at 1970-01-01T00:00:00.000000009Z");
        assertThat(letters.element().source()).isNull();
        assertThat(letters.element().original()).isNull();
        assertThat(letters.element().value()).isEqualTo("1");
    }

    @Test
    void aResultThatCannotBeWrittenStopsThePipelineByDefault() {
        put(2);
        PipelineController controller = LocalRuntime.create()
                .withTopics(topics)
                .withRestarts(RestartPolicy.never())
                .start(Pipeline.from(numbers()).to(refusing("2")));
        assertThatThrownBy(controller::awaitTermination)
                .isInstanceOf(PipelineException.class)
                .hasMessageContaining("numbers-0@0: step \"to out\": java.lang.IllegalStateException: refused");
    }

    @Test
    void aDeadLetterThatCannotBeWrittenStopsThePipeline() {
        put(0);
        PipelineController controller = LocalRuntime.create()
                .withTopics(topics)
                .withRestarts(RestartPolicy.never())
                .start(Pipeline.from(numbers())
                        .map(number -> 6 / number)
                        .onError(ErrorPolicy.deadLetter())
                        .to(Sinks.collectInto(results))
                        .deadLettersTo(TopicSink.of("letters", letter -> {
                            throw new IllegalStateException("refused");
                        })));
        assertThatThrownBy(controller::awaitTermination)
                .hasMessageContaining("step \"dead-letters\": a result cannot be written: refused");
    }

    @Test
    void writesTheHeadersOfASinkIntoTheTopic() {
        put(5);
        TopicSink<Long> sink = new TopicSink<>() {
            @Override
            public String topic() {
                return "out";
            }

            @Override
            public Encoder<Long> encoder() {
                return NUMBER;
            }

            @Override
            public byte[] key(Long value) {
                return utf8("key");
            }

            @Override
            public List<RecordHeader> headers(Long value) {
                return List.of(RecordHeader.of("twice", String.valueOf(2 * value)));
            }
        };
        drain(Pipeline.from(numbers()).to(sink));
        TopicRecord record = topics.topic("out").read(0, 0, 1).get(0);
        assertThat(record.headers())
                .extracting(RecordHeader::name, RecordHeader::text)
                .containsExactly(tuple("twice", "10"));
    }

    /** A number whose text nobody is to read. */
    record Secret(@Masked long number, String unit) {}

    @Test
    void peopleAreShownAValueWithoutItsMaskedFields() {
        put(7);
        PipelineStatus status = drain(Pipeline.from(numbers())
                .map(number -> new Secret(number, "euro"))
                .map(secret -> {
                    throw new IllegalStateException("no " + secret);
                })
                .onError(ErrorPolicy.deadLetter())
                .to(Sinks.collectInto(results))
                .deadLettersTo(Sinks.collectInto(letters)));
        assertThat(letters.element())
                .extracting(DeadLetter::value, DeadLetter::error, DeadLetter::message)
                .containsExactly(
                        "Secret[number=***, unit=euro]",
                        "java.lang.IllegalStateException",
                        "no Secret[number=***, unit=euro]");
        assertThat(status.steps())
                .extracting(PipelineStatus.StepStatus::lastSample)
                .containsExactly("Secret[number=***, unit=euro]");
        isRecordOf(7, letters.element().original());
    }

    private PipelineStatus drainBrokenRecord(byte[] bytes, CodecException error) {
        topics.topic("numbers").append(1, null, bytes, List.of());
        Decoder<Long> decoder = any -> {
            throw error;
        };
        return drain(Pipeline.from(TopicSource.of("numbers", decoder)
                        .eventTimeNanos(number -> number)
                        .onError(ErrorPolicy.skip()))
                .to(Sinks.collectInto(results)));
    }

    @Test
    void peopleAreShownTheTextOfARecordThatCannotBeDecoded() {
        PipelineStatus status = drainBrokenRecord(utf8("no\nnumber"), new CodecException("bad").showingContent());
        assertThat(status.steps())
                .extracting(PipelineStatus.StepStatus::lastFailure, PipelineStatus.StepStatus::lastSample)
                .containsExactly(tuple("numbers-0@0: bad", "no\\nnumber"));
    }

    @Test
    void peopleAreShownTheLengthOfARecordThatIsNoText() {
        PipelineStatus status = drainBrokenRecord(new byte[] {0, 1, 2}, new CodecException("bad").showingContent());
        assertThat(status.steps())
                .extracting(PipelineStatus.StepStatus::lastSample)
                .containsExactly("3 bytes");
    }

    @Test
    void peopleAreNotShownTheTextOfARecordWhoseCodecDoesNotSayThatTheyMay() {
        PipelineStatus status = drainBrokenRecord(utf8("4111"), new CodecException("bad"));
        assertThat(status.steps())
                .extracting(PipelineStatus.StepStatus::lastSample)
                .containsExactly((String) null);
    }
}
