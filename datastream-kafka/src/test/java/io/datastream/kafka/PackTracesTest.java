package io.datastream.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.topic.RecordHeader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PackTracesTest {
    private static List<String> text(List<RecordHeader> headers) {
        return headers.stream()
                .map(header -> header.name() + "=" + header.text())
                .toList();
    }

    private static Map<Integer, List<String>> read(byte[] bytes) throws IOException {
        return PackTraces.decode(bytes).entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, row -> text(row.getValue())));
    }

    private static List<RecordHeader> random(SplittableRandom random) {
        List<RecordHeader> headers = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            headers.add(RecordHeader.of("name-" + i, "x".repeat(random.nextInt(300))));
        }
        return headers;
    }

    @Test
    void givesEachRowTheTraceItWasWrittenWith() throws IOException {
        PackTraces traces = new PackTraces();
        for (long seed = 0; seed < 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Map<Integer, List<String>> expected = new HashMap<>();
            List<RecordHeader> headers = random(random);
            int rows = random.nextInt(1, 40);
            for (int row = 0; row < rows; row++) {
                headers = random.nextInt(3) == 0 ? random(random) : headers;
                if (random.nextBoolean() || row == 0) {
                    traces.add(row, headers);
                    expected.put(row, text(headers));
                }
            }
            assertThat(read(traces.take())).as("seed " + seed).isEqualTo(expected);
        }
    }

    @Test
    void isNothingWithoutATrace() {
        PackTraces traces = new PackTraces();
        traces.add(0, List.of());

        assertThat(traces.take()).isNull();
        assertThat(traces.size()).isZero();
    }

    @Test
    void refusesWhatIsDamagedOrOfALaterVersion() {
        PackTraces traces = new PackTraces();
        traces.add(0, List.of(RecordHeader.of("traceparent", "00-aa-bb-01")));
        byte[] bytes = traces.take();
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            if (length != 1) { // a version and no rows
                assertThatThrownBy(() -> PackTraces.decode(cut)).isInstanceOf(IOException.class);
            }
        }
        bytes[0]++;
        assertThatThrownBy(() -> PackTraces.decode(bytes))
                .isInstanceOf(IOException.class)
                .hasMessage("version 2 (expected: 1)");
    }
}
