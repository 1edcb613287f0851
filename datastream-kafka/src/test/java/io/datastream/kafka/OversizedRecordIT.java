package io.datastream.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.KeyedStream;
import io.datastream.Pipeline;
import io.datastream.Stream;
import io.datastream.error.ErrorPolicy;
import io.datastream.kafka.Readings.Reading;
import io.datastream.processor.Emitter;
import io.datastream.processor.KeyedProcessor;
import io.datastream.processor.StateCodec;
import io.datastream.runtime.PipelineController;
import io.datastream.runtime.PipelineState;
import io.datastream.runtime.PipelineStatus;
import io.datastream.runtime.RestartPolicy;
import io.datastream.testkit.Await;
import io.datastream.testkit.EmbeddedKafka;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Records that are larger than the producer sends or a topic takes: no pipeline hangs on them. */
@Timeout(60)
class OversizedRecordIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static EmbeddedKafka kafka;

    @BeforeAll
    static void startBroker() {
        kafka = EmbeddedKafka.start();
    }

    @AfterAll
    static void stopBroker() {
        kafka.close();
    }

    private static KafkaRuntime runtime() {
        return KafkaRuntime.at(kafka.bootstrapServers())
                .withRestarts(RestartPolicy.upTo(1).withBackoff(Duration.ofMillis(1)));
    }

    /** Texts of these lengths, one for each record of a new topic. */
    private static Stream<String> texts(String topic, int... lengths) {
        kafka.createTopic(topic, 1);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < lengths.length; i++) {
            records.add(new ProducerRecord<>(topic, 0, null, Readings.CODEC.encode(new Reading("a", i, lengths[i]))));
        }
        kafka.produce(records);
        return Pipeline.from(KafkaSource.topic(topic, Readings.CODEC).eventTimeNanos(Reading::time))
                .map(reading -> "x".repeat((int) reading.value()));
    }

    private static void createTopic(String topic, int limit) {
        kafka.createTopic(topic, 1, Map.of("max.message.bytes", Integer.toString(limit)));
    }

    private static List<Integer> lengths(String topic) {
        return kafka.readCommitted(topic).stream()
                .map(record -> record.value().length)
                .toList();
    }

    private static PipelineStatus runToEnd(Pipeline pipeline) throws Exception {
        try (PipelineController controller = runtime().readToEnd().start(pipeline)) {
            controller.awaitTermination();
            return controller.status();
        }
    }

    private static String failure(Pipeline pipeline) {
        try (PipelineController controller = runtime().readToEnd().start(pipeline)) {
            Await.until("the end", SOON, () -> controller.state().isFinal());
            assertThat(controller.state()).isEqualTo(PipelineState.FAILED);
            return String.valueOf(controller.failure().orElseThrow().getMessage());
        }
    }

    @Test
    void aResultThatItsTopicDoesNotTakeIsSkippedWhereThatIsWanted() throws Exception {
        createTopic("skipped-out", 2_000);
        PipelineStatus status = runToEnd(texts("skipped", 10, 5_000, 20)
                .to(Readings.plain("skipped-out"), ErrorPolicy.skip())
                .named("skipped"));
        assertThat(lengths("skipped-out")).containsExactly(10, 20);
        assertThat(status.steps())
                .singleElement()
                .satisfies(step -> assertThat(step.skipped()).isEqualTo(1));
    }

    @Test
    void aResultThatItsTopicDoesNotTakeGoesToTheDeadLettersWhereThatIsWanted() throws Exception {
        createTopic("lettered-out", 2_000);
        runToEnd(texts("lettered", 10, 5_000, 20)
                .to(Readings.plain("lettered-out"), ErrorPolicy.deadLetter())
                .deadLettersTo(KafkaDeadLetters.topic("lettered-dead"))
                .named("lettered"));
        assertThat(lengths("lettered-out")).containsExactly(10, 20);
        ConsumerRecord<byte[], byte[]> letter =
                kafka.readCommitted("lettered-dead").get(0);
        assertThat(new String(letter.value(), StandardCharsets.UTF_8)).isEqualTo("a,1,5000.0");
        assertThat(new String(
                        letter.headers().lastHeader("datastream.error.message").value(), StandardCharsets.UTF_8))
                .isEqualTo("topic \"lettered-out\": a record of 5086 bytes (expected: at most 2000, which"
                        + " max.message.bytes of the topic raises)");
    }

    @Test
    void aResultThatItsTopicDoesNotTakeFailsThePipelineOtherwise() {
        createTopic("failing-out", 2_000);
        assertThat(failure(texts("failing", 10, 5_000, 20)
                        .to(Readings.plain("failing-out"))
                        .named("failing")))
                .startsWith("failing-0@1: step ")
                .contains("topic \"failing-out\": a record of 5086 bytes (expected: at most 2000,");
    }

    @Test
    void aDeadLetterThatIsTooLargeItselfFailsThePipeline() {
        createTopic("heavy-dead", 1_000);
        kafka.createTopic("heavy", 1);
        kafka.produce("heavy", "a", "no reading, and long: " + "x".repeat(3_000));
        assertThat(failure(Pipeline.from(KafkaSource.topic("heavy", Readings.CODEC)
                                .eventTimeNanos(Reading::time)
                                .onError(ErrorPolicy.deadLetter()))
                        .map(Reading::sensor)
                        .to(Readings.plain("heavy-out"))
                        .deadLettersTo(KafkaDeadLetters.topic("heavy-dead"))
                        .named("heavy")))
                .contains("topic \"heavy-dead\": a record of ")
                .contains("at most 1000, which max.message.bytes of the topic raises");
    }

    @Test
    void aResultThatTheProducerDoesNotSendNamesTheSettingToRaise() throws Exception {
        createTopic("asked-out", 10_000_000);
        Pipeline pipeline =
                texts("asked", 2_000_000).to(Readings.plain("asked-out")).named("asked");
        assertThat(failure(pipeline))
                .contains("topic \"asked-out\": a record of 2000088 bytes (expected: at most 1048576, which"
                        + " withProperty(\"max.request.size\", ...) raises)");
        try (PipelineController controller = runtime()
                .withProperty("max.request.size", "3000000")
                .readToEnd()
                .start(pipeline)) {
            controller.awaitTermination();
        }
        assertThat(lengths("asked-out")).containsExactly(2_000_000);
    }

    /** Whether a topic takes a record of that length from a plain producer, which then is in it. */
    private static boolean isTaken(String topic, int length) {
        try {
            kafka.produce(List.of(new ProducerRecord<>(topic, 0, null, new byte[length])));
            return true;
        } catch (IllegalStateException e) {
            assertThat(e).hasStackTraceContaining("RecordTooLargeException");
            return false;
        }
    }

    @Test
    void takesExactlyWhatTheTopicTakes() throws Exception {
        createTopic("exact-out", 2_000);
        createTopic("exact-plain", 2_000);
        int[] lengths = IntStream.range(1_900, 2_001).toArray();
        List<Integer> taken = new ArrayList<>();
        for (int length : lengths) {
            if (isTaken("exact-plain", length)) {
                taken.add(length);
            }
        }
        assertThat(taken).hasSizeBetween(1, lengths.length - 1);
        PipelineStatus status = runToEnd(texts("exact", lengths)
                .to(Readings.plain("exact-out"), ErrorPolicy.skip())
                .named("exact"));
        assertThat(lengths("exact-out")).isEqualTo(taken);
        assertThat(status.restarts()).isZero();
    }

    @Test
    void aLimitThatIsLoweredMeanwhileFailsThePipelineWithTheLargestRecord() throws Exception {
        kafka.createTopic("lowered-out", 1);
        Pipeline pipeline = texts("lowered", 10)
                .to(Readings.plain("lowered-out"), ErrorPolicy.skip())
                .named("lowered");
        try (PipelineController controller =
                runtime().withRestarts(RestartPolicy.upTo(0)).start(pipeline)) {
            Await.until("the first", SOON, () -> !lengths("lowered-out").isEmpty());
            ConfigResource topic = new ConfigResource(ConfigResource.Type.TOPIC, "lowered-out");
            AlterConfigOp lower =
                    new AlterConfigOp(new ConfigEntry("max.message.bytes", "2000"), AlterConfigOp.OpType.SET);
            kafka.admin()
                    .incrementalAlterConfigs(Map.of(topic, List.of(lower)))
                    .all()
                    .get();
            Await.until("the topic goes by it", SOON, () -> !isTaken("lowered-out", 4_000));
            kafka.produce("lowered", "a", "a,2,5000");
            Await.until("the end", SOON, () -> controller.state().isFinal());
            assertThat(controller.failure().orElseThrow())
                    .hasMessageStartingWith(
                            "topic \"lowered-out\": a record of 5086 bytes, the largest of those that were refused")
                    .hasMessageContaining("1048588 at the start");
        }
    }

    @Test
    void aRowThatItsExchangeDoesNotTakeFailsThePipelineWithItsStep() {
        Pipeline pipeline = texts("rows", 10, 2_000_000)
                .map(text -> text + "!")
                .keyBy(String::length)
                .process(new Keeping<String>(0))
                .to(Readings.plain("rows-out"))
                .named("rows");
        assertThat(failure(pipeline))
                .startsWith("a row after step \"keyBy\" ")
                .contains("is too large: topic \"rows-")
                .contains("at most 1048576, which withProperty(\"max.request.size\", ...) raises, and at most 1048588,"
                        + " which max.message.bytes of the topic raises");
    }

    @Test
    void stateThatItsChangelogDoesNotTakeFailsThePipelineWithItsStep() {
        KeyedStream<String, Reading> keyed = keyed("states");
        Pipeline pipeline = keyed.process(new Keeping<Reading>(2_000_000))
                .named("keeper")
                .to(Readings.plain("states-out"))
                .named("states");
        assertThat(failure(pipeline))
                .startsWith("state of step \"keeper\" for one key is too large: topic \"states-states-changelog\": a"
                        + " record of 2000124 bytes")
                .contains("at most 1048576, which withProperty(\"max.request.size\", ...) raises");
    }

    private static KeyedStream<String, Reading> keyed(String topic) {
        kafka.createTopic(topic, 1);
        kafka.produce(topic, "a", "a,1,1");
        return Pipeline.from(KafkaSource.topic(topic, Readings.CODEC).eventTimeNanos(Reading::time))
                .keyedBy(Reading::sensor);
    }

    /** Keeps so many bytes for each key. */
    private static final class Keeping<T> implements KeyedProcessor<Object, T, byte[], String> {
        private static final long serialVersionUID = 1L;

        private final int bytes;

        Keeping(int bytes) {
            this.bytes = bytes;
        }

        @Override
        public byte[] newState(Object key) {
            return new byte[bytes];
        }

        @Override
        public void process(Object key, long time, T value, byte[] state, Emitter<String> out) {
            Arrays.fill(state, (byte) 1);
            out.emit("done");
        }

        @Override
        public StateCodec<byte[]> stateCodec() {
            return StateCodec.of(
                    (state, out) -> {
                        out.writeInt(state.length);
                        out.write(state);
                    },
                    in -> {
                        byte[] state = new byte[in.readInt()];
                        in.readFully(state);
                        return state;
                    });
        }
    }
}
