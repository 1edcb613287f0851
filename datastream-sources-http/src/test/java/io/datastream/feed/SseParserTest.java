package io.datastream.feed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SseParserTest {
    /** Writes down what it is given. */
    private static final class Written implements SseParser.Target {
        final List<String> events = new ArrayList<>();

        @Override
        public void event(String id, String type, byte[] data) {
            events.add(id + "|" + type + "|" + new String(data, UTF_8));
        }

        @Override
        public void tooLarge(String id, String type, long size) {
            events.add(id + "|" + type + "|too large: " + size);
        }

        @Override
        public void id(String id) {
            // it is in the next event
        }
    }

    private static List<String> parse(byte[] stream, int maxEvent, int step) {
        Written written = new Written();
        SseParser parser = new SseParser(maxEvent, "", written);
        for (int from = 0; from < stream.length; from += step) {
            parser.take(stream, from, Math.min(stream.length, from + step));
        }
        return written.events;
    }

    private static Arguments rule(String why, String stream, String... events) {
        return Arguments.of(why, stream, List.of(events));
    }

    static Stream<Arguments> rules() {
        return Stream.of(
                rule("an event", "data: a\n\n", "||a"),
                rule("the blank after the colon is not needed", "data:a\n\n", "||a"),
                rule("and is only one", "data:  a \n\n", "|| a "),
                rule("the first colon counts", "data: a: b\n\n", "||a: b"),
                rule("lines of data are joined", "data: a\ndata: b\n\n", "||a\nb"),
                rule("a field without a colon has an empty value", "data\n\n", "||"),
                rule("two empty lines of data", "data\ndata\n\n", "||\n"),
                rule("an empty line of data is data", "data:\n\n", "||"),
                rule("empty lines alone are nothing", "\n\n\n"),
                rule("nor is an event without data, and it leaves no type", "event: x\n\ndata: a\n\n", "||a"),
                rule("a type is for one event", "event: x\ndata: a\n\ndata: b\n\n", "|x|a", "||b"),
                rule("an id stays", "id: 7\ndata: a\n\ndata: b\n\n", "7||a", "7||b"),
                rule("an id without data stays too", "id: 7\n\ndata: b\n\n", "7||b"),
                rule("an empty id takes it back", "id: 7\ndata: a\n\nid\ndata: b\n\n", "7||a", "||b"),
                rule("an id with a null is ignored", "id: 7\nid: 8\0\ndata: a\n\n", "7||a"),
                rule("comments", ": hello\n:\ndata: a\n: x\n\n", "||a"),
                rule("unknown fields", "foo: bar\nDATA: x\n data: y\ndata : z\ndata: a\n\n", "||a"),
                rule("what is not ended is none", "data: a\n"),
                rule("all ends of lines", "data: a\r\rdata: b\r\n\r\ndata: c\n\r\n", "||a", "||b", "||c"),
                rule("CR LF is one end", "data: a\r\ndata: b\r\n\r\n", "||a\nb"),
                rule("a mark of byte order at the beginning", "\uFEFFdata: a\n\n", "||a"),
                rule("is only one", "\uFEFF\uFEFFdata: a\n\n"),
                rule("and only there", "data: a\n\n\uFEFFdata: b\n\n", "||a"),
                rule("in data it is data", "data: \uFEFFa\n\n", "||\uFEFFa"),
                rule("UTF-8", "data: \u00e9\u6e29\n\n", "||\u00e9\u6e29"));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void readsWhatTheStandardSays(String why, String stream, List<String> events) {
        byte[] bytes = stream.getBytes(UTF_8);
        for (int step = 1; step <= bytes.length; step++) {
            assertThat(parse(bytes, 1_000, step))
                    .as("%s, in steps of %d", why, step)
                    .isEqualTo(events);
        }
    }

    @Test
    void takesThePauseThatTheServerWishes() {
        SseParser parser = new SseParser(1_000, "", new Written());
        assertThat(parser.retry()).isNull();
        String stream = "retry: 1500\nretry: 1 s\nretry: -3\nretry:\nretry: 99999999999999999999\n\n";
        parser.take(stream.getBytes(UTF_8), 0, stream.length());
        assertThat(parser.retry()).isEqualTo(Duration.ofMillis(1_500));
    }

    @Test
    void countsWhatIsTooLargeAndGoesOnBehindIt() {
        String stream = "id: 1\ndata: " + "x".repeat(100) + "\n\n" // just small enough with its id
                + "id: 2\nevent: big\ndata: " + "x".repeat(150) + "\ndata: " + "y".repeat(50) + "\n\n"
                + "id: 3\n" + "data: 1234567\n".repeat(20) + "\n"
                + "id: 4\n" + "data\n".repeat(1_000) + "\n"
                + ": " + "x".repeat(1_000) + "\ndata: b\n\n"
                + "unknown" + "x".repeat(1_000) + "\ndata: c\n\n"
                + "event: " + "e".repeat(300) + "\ndata: d\n\n";
        for (int step : new int[] {1, 7, 64, 10_000}) {
            assertThat(parse(stream.getBytes(UTF_8), 101, step))
                    .containsExactly(
                            "1||" + "x".repeat(100),
                            "2|big|too large: " + (1 + 3 + 151 + 51),
                            "3||too large: " + (1 + 20 * 8),
                            "4||too large: " + (1 + 1_000),
                            "4||b",
                            "4||c",
                            "4||too large: " + (300 + 2));
        }
    }

    @Test
    void anIdThatIsTooLongCountsAsNone() {
        String stream = "id: 1\ndata: a\n\nid: " + "9".repeat(4_097) + "\n\ndata: b\n\n";
        assertThat(parse(stream.getBytes(UTF_8), 10_000, 100)).containsExactly("1||a", "||b");
    }

    /** The same by lines and lists, without a thought for memory or steps. */
    private static List<String> slowly(String stream) {
        List<String> events = new ArrayList<>();
        String id = "";
        String type = "";
        List<String> data = new ArrayList<>();
        String text = stream.startsWith("\uFEFF") ? stream.substring(1) : stream;
        String[] lines = text.split("\r\n|\r|\n", -1);
        for (int i = 0; i < lines.length - 1; i++) { // the last one has not ended
            String line = lines[i];
            if (line.isEmpty()) {
                if (!data.isEmpty()) {
                    events.add(id + "|" + type + "|" + String.join("\n", data));
                }
                data.clear();
                type = "";
                continue;
            }
            int colon = line.indexOf(':');
            String name = colon < 0 ? line : line.substring(0, colon);
            String value = colon < 0 ? "" : line.substring(colon + 1);
            value = value.startsWith(" ") ? value.substring(1) : value;
            switch (name) {
                case "data" -> data.add(value);
                case "event" -> type = value;
                case "id" -> id = value.indexOf('\0') < 0 ? value : id;
                default -> {}
            }
        }
        return events;
    }

    @Test
    void readsAnyStreamAsASlowReaderDoes() {
        String[] pieces = {
            "data", "event", "id", "retry", ":", ": ", " ", "\n", "\r", "\r\n", "\n\n", "x", "17", "\0", "\uFEFF",
            "\u00e9"
        };
        for (int seed = 0; seed < 3_000; seed++) {
            Random random = new Random(seed);
            StringBuilder stream = new StringBuilder();
            int length = random.nextInt(60);
            for (int i = 0; i < length; i++) {
                stream.append(pieces[random.nextInt(pieces.length)]);
            }
            byte[] bytes = stream.toString().getBytes(UTF_8);
            int step = 1 + random.nextInt(20);
            assertThat(parse(bytes, 1_000, step)).as("seed %d", seed).isEqualTo(slowly(stream.toString()));
        }
    }
}
