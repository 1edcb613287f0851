package io.datastream.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.Pipeline;
import io.datastream.aggregate.Aggregations;
import io.datastream.codec.Codec;
import io.datastream.error.DeadLetter;
import io.datastream.error.ErrorPolicy;
import io.datastream.error.Original;
import io.datastream.error.SourcePlace;
import io.datastream.runtime.LocalRuntime;
import io.datastream.sink.Sinks;
import io.datastream.source.TopicSource;
import io.datastream.time.EventTime;
import io.datastream.time.Tumbling;
import io.datastream.topic.RecordHeader;
import io.datastream.topic.TopicRecord;
import io.datastream.topic.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What dead letters and late records look like on a topic; on in-process topics, which take the same sinks. */
class KafkaDeadLettersTest {
    private static final Codec<Long> NUMBER = Codec.of(
            number -> utf8(number.toString()), bytes -> Long.valueOf(new String(bytes, StandardCharsets.UTF_8)));

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, String> headers(List<RecordHeader> headers) {
        Map<String, String> all = new LinkedHashMap<>();
        headers.forEach(header -> all.put(header.name(), header.text()));
        return all;
    }

    @Test
    void keepsTheOriginalRecordAndSaysWhatHappened() {
        Topics topics = new Topics();
        topics.create("numbers", 1)
                .append(2_000_000_000L, utf8("k"), utf8("0"), List.of(RecordHeader.of("trace", "t1")));
        Pipeline pipeline = Pipeline.from(TopicSource.of("numbers", NUMBER).logTime())
                .map(number -> 6 / number)
                .named("divide")
                .onError(ErrorPolicy.retry(1, Duration.ZERO).then(ErrorPolicy.Action.DEAD_LETTER))
                .to(Sinks.collectInto(new ArrayList<>()))
                .deadLettersTo(KafkaDeadLetters.topic("dead"))
                .named("halves");
        LocalRuntime.create().withTopics(topics).start(pipeline).drain();
        TopicRecord letter = topics.topic("dead").read(0, 0, 9).get(0);
        assertThat(letter.key()).isEqualTo(utf8("k"));
        assertThat(letter.value()).isEqualTo(utf8("0"));
        assertThat(headers(letter.headers()))
                .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                        Map.entry("trace", "t1"),
                        Map.entry("datastream.kind", "dead-letter"),
                        Map.entry("datastream.pipeline", "halves"),
                        Map.entry("datastream.step", "divide"),
                        Map.entry("datastream.error.class", "java.lang.ArithmeticException"),
                        Map.entry("datastream.error.message", "/ by zero"),
                        Map.entry("datastream.attempt", "2"),
                        Map.entry("datastream.place", "numbers-0@0"),
                        Map.entry("datastream.topic", "numbers"),
                        Map.entry("datastream.partition", "0"),
                        Map.entry("datastream.offset", "0"),
                        Map.entry("datastream.timestamp", "2000"),
                        Map.entry("datastream.time", "1970-01-01T00:00:02Z"),
                        Map.entry("datastream.value", "0"),
                        Map.entry("datastream.content", "original")));
    }

    @Test
    void keepsALateRecordWithTheWatermark() {
        Topics topics = new Topics();
        topics.create("numbers", 1).append(1, utf8("k"), utf8("25"));
        topics.topic("numbers").append(1, utf8("k"), utf8("4"));
        Pipeline pipeline = Pipeline.from(TopicSource.of("numbers", NUMBER).eventTimeNanos(number -> number))
                .keyedBy(number -> "all")
                .window(Tumbling.of(Duration.ofNanos(10)))
                .aggregate(Aggregations.count())
                .to(Sinks.collectInto(new ArrayList<>()))
                .lateTo(KafkaLate.topic("late"))
                .named("counts");
        LocalRuntime.create().withTopics(topics).start(pipeline).drain();
        TopicRecord late = topics.topic("late").read(0, 0, 9).get(0);
        assertThat(late.key()).isEqualTo(utf8("k"));
        assertThat(late.value()).isEqualTo(utf8("4"));
        assertThat(headers(late.headers()))
                .containsEntry("datastream.kind", "late")
                .containsEntry("datastream.pipeline", "counts")
                .containsEntry("datastream.offset", "1")
                .containsEntry("datastream.watermark", "1970-01-01T00:00:00.000000025Z")
                .containsEntry("datastream.content", "original")
                .doesNotContainKey("datastream.attempt");
    }

    private static DeadLetter letter(String value, SourcePlace source, Original original) {
        return new DeadLetter("p", "s", "place", EventTime.MIN, "E", "m".repeat(9_000), 1, value, source, original);
    }

    @Test
    void writesTheValueAsTextWhereThereIsNoOriginal() {
        KafkaDeadLetters sink = KafkaDeadLetters.topic("dead");
        DeadLetter letter = letter("5", null, null);
        assertThat(sink.bytes(letter)).isEqualTo(utf8("5"));
        assertThat(sink.key(letter)).isNull();
        assertThat(headers(sink.headers(letter)))
                .containsEntry("datastream.content", "text")
                .doesNotContainKeys("datastream.topic", "datastream.time", "datastream.timestamp");
    }

    @Test
    void keepsATombstoneOne() {
        KafkaDeadLetters sink = KafkaDeadLetters.topic("dead");
        DeadLetter letter =
                letter(null, new SourcePlace("t", 1, 2), new Original(5_000_000, utf8("k"), null, List.of()));
        assertThat(sink.bytes(letter)).isNull();
        assertThat(headers(sink.headers(letter)))
                .containsEntry("datastream.content", "original")
                .containsEntry("datastream.timestamp", "5");
    }

    @Test
    void writesNothingButHeadersWhereNothingIsKnown() {
        KafkaDeadLetters sink = KafkaDeadLetters.topic("dead");
        DeadLetter letter = letter(null, new SourcePlace("t", 1, 2), null);
        assertThat(sink.bytes(letter)).isEmpty();
        assertThat(headers(sink.headers(letter))).containsEntry("datastream.content", "nothing");
    }

    @Test
    void cutsMessagesAndReplacesItsOwnHeadersOfAnEarlierFailure() {
        Original again = new Original(
                0,
                null,
                utf8("x"),
                List.of(RecordHeader.of("datastream.step", "old"), RecordHeader.of("datastream.replays", "1")));
        List<RecordHeader> headers = KafkaDeadLetters.topic("dead").headers(letter("x", null, again));
        assertThat(headers.stream().filter(header -> header.name().equals("datastream.step")))
                .singleElement()
                .extracting(RecordHeader::text)
                .isEqualTo("s");
        assertThat(headers(headers)).containsEntry("datastream.replays", "1");
        assertThat(headers(headers).get("datastream.error.message")).hasSize(2_003);
    }
}
