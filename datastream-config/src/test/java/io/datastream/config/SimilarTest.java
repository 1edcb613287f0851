package io.datastream.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimilarTest {
    private static final List<String> NAMES =
            List.of("kafka.broker", "topic", "stream.name", "window.size", "window.slide", "aggregation.type");

    @ParameterizedTest
    @CsvSource({
        "kafka.brokr, kafka.broker",
        "kafka.borker, kafka.broker",
        "KAFKA_BROKER, kafka.broker",
        "kafka-broker, kafka.broker",
        "tpoic, topic",
        "windowsize, window.size",
        "windo.siz, window.size",
        "broker, kafka.broker",
        "name, stream.name",
    })
    void findsWhatWasMeant(String typed, String meant) {
        assertThat(Similar.nearest(typed, NAMES)).contains(meant);
    }

    @ParameterizedTest
    @CsvSource({"banana", "tip", "window", "''", "x", "kafka.bootstrap.servers"})
    void suggestsNothingWhenNothingIsNear(String typed) {
        assertThat(Similar.nearest(typed, NAMES)).isEmpty();
    }

    @Test
    void takesTheFirstOfSeveralAsNear() {
        assertThat(Similar.nearest("tupic", List.of("topic", "tapic"))).contains("topic");
    }

    @Test
    void countsEditsLikeTheRecursiveDefinition() {
        long seed = 42;
        Random random = new Random(seed);
        for (int round = 0; round < 5_000; round++) {
            String a = word(random);
            String b = word(random);
            assertThat(Similar.edits(a, b, 100))
                    .as("seed %d round %d %s %s", seed, round, a, b)
                    .isEqualTo(model(a, b));
        }
    }

    private static String word(Random random) {
        StringBuilder word = new StringBuilder();
        for (int length = random.nextInt(6); length > 0; length--) {
            word.append("abc".charAt(random.nextInt(3)));
        }
        return word.toString();
    }

    private static int model(String a, String b) {
        if (a.isEmpty() || b.isEmpty()) {
            return a.length() + b.length();
        }
        String restA = a.substring(1);
        String restB = b.substring(1);
        int best = model(restA, restB) + (a.charAt(0) == b.charAt(0) ? 0 : 1);
        best = Math.min(best, 1 + Math.min(model(restA, b), model(a, restB)));
        if (a.length() > 1 && b.length() > 1 && a.charAt(0) == b.charAt(1) && a.charAt(1) == b.charAt(0)) {
            best = Math.min(best, 1 + model(a.substring(2), b.substring(2)));
        }
        return best;
    }
}
