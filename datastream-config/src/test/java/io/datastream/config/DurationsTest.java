package io.datastream.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
    private static final int ROUNDS = 200_000;

    @ParameterizedTest
    @CsvSource({
        "500ms, PT0.5S",
        "10s, PT10S",
        "1m, PT1M",
        "2h, PT2H",
        "3d, PT72H",
        "7us, PT0.000007S",
        "9ns, PT0.000000009S",
        "1h30m, PT1H30M",
        "1d2h3m4s5ms6us7ns, PT26H3M4.005006007S",
        "0s, PT0S",
        "007s, PT7S",
        "106751d, PT2562024H",
        "PT1M, PT1M",
        "pt1.5s, PT1.5S",
        "P1DT1H, PT25H",
    })
    void readsShortAndIsoForms(String text, Duration duration) throws BadValueException {
        assertThat(Durations.parse(text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "60", "s", "1", "1x", "1M", "1S", "-1s", "+1s", "1.5s", "1 m", "1m 30s", "30s1m", "1m1m", "1m30",
                "P", "PT", "P1M", "1:30", "banana", "\u0661s", "1s\n"
            })
    void refusesOtherForms(String text) {
        assertThatThrownBy(() -> Durations.parse(text))
                .isInstanceOf(BadValueException.class)
                .hasMessage("");
    }

    @ParameterizedTest
    @ValueSource(strings = {"106752d", "9223372036854775808ns", "99999999999999999999999d", "PT2562048H", "106751d24h"})
    void refusesMoreThanALongOfNanoseconds(String text) {
        assertThatThrownBy(() -> Durations.parse(text)).hasMessage("; at most 106751d");
    }

    @Test
    void refusesNegativeIsoDurations() {
        assertThatThrownBy(() -> Durations.parse("PT-5S")).hasMessage("; not negative");
    }

    @Test
    void agreesWithASlowModelOnRandomTexts() {
        long seed = 20131125;
        Random random = new Random(seed);
        int good = 0;
        for (int round = 0; round < ROUNDS; round++) {
            String text = randomText(random);
            Optional<Duration> expected = model(text);
            assertThat(parsed(text))
                    .as("seed %d round %d text \"%s\"", seed, round, text)
                    .isEqualTo(expected);
            good += expected.isPresent() ? 1 : 0;
        }
        // both outcomes must be common, or the comparison says little
        assertThat(good).isBetween(ROUNDS / 5, ROUNDS * 4 / 5);
    }

    @Test
    void readsBackWhatItWrites() throws BadValueException {
        long seed = 7;
        Random random = new Random(seed);
        for (int round = 0; round < ROUNDS; round++) {
            Duration duration = Duration.ofNanos(random.nextLong() >>> (1 + random.nextInt(63)));
            String text = Durations.format(duration);
            assertThat(Durations.parse(text))
                    .as("seed %d round %d text %s", seed, round, text)
                    .isEqualTo(duration);
        }
    }

    @ParameterizedTest
    @CsvSource({"PT0S, 0s", "PT60S, 1m", "PT90S, 1m30s", "PT24H, 1d", "PT0.0005S, 500us", "PT-5S, PT-5S"})
    void writesTheLargestUnitsFirst(Duration duration, String text) {
        assertThat(Durations.format(duration)).isEqualTo(text);
    }

    private static Optional<Duration> parsed(String text) {
        try {
            return Optional.of(Durations.parse(text));
        } catch (BadValueException bad) {
            return Optional.empty();
        }
    }

    /** Pieces that mostly fit together, sometimes with a wrong letter put in. */
    private static String randomText(Random random) {
        StringBuilder text = new StringBuilder();
        if (random.nextInt(8) == 0) {
            text.append("PT").append(random.nextInt(100)).append("HMS?".charAt(random.nextInt(4)));
        } else {
            String[] units = {"d", "h", "m", "s", "ms", "us", "ns"};
            boolean inOrder = random.nextInt(4) > 0;
            for (int unit = 0; unit < units.length; unit++) {
                if (random.nextInt(3) == 0) {
                    int digits = random.nextInt(20) == 0 ? 20 : 1 + random.nextInt(6);
                    for (int i = 0; i < digits; i++) {
                        text.append(random.nextInt(10));
                    }
                    text.append(units[inOrder ? unit : random.nextInt(units.length)]);
                }
            }
        }
        if (random.nextInt(5) == 0) {
            text.insert(random.nextInt(text.length() + 1), "dhmsunPT-+. 0".charAt(random.nextInt(13)));
        }
        return text.toString();
    }

    private static final Pattern MODEL =
            Pattern.compile("(?:([0-9]+)d)?(?:([0-9]+)h)?(?:([0-9]+)m)?(?:([0-9]+)s)?(?:([0-9]+)ms)?"
                    + "(?:([0-9]+)us)?(?:([0-9]+)ns)?");

    /** Says the rules once more with a pattern and unbounded numbers. */
    private static Optional<Duration> model(String text) {
        if (text.startsWith("P")) {
            try {
                Duration duration = Duration.parse(text);
                BigInteger nanos = BigInteger.valueOf(duration.getSeconds())
                        .multiply(BigInteger.valueOf(1_000_000_000))
                        .add(BigInteger.valueOf(duration.getNano()));
                return nanos.signum() < 0 || nanos.bitLength() > 63 ? Optional.empty() : Optional.of(duration);
            } catch (DateTimeParseException malformed) {
                return Optional.empty();
            }
        }
        Matcher matcher = MODEL.matcher(text);
        if (text.isEmpty() || !matcher.matches()) {
            return Optional.empty();
        }
        long[] nanos = {86_400_000_000_000L, 3_600_000_000_000L, 60_000_000_000L, 1_000_000_000L, 1_000_000L, 1_000L, 1L
        };
        BigInteger sum = BigInteger.ZERO;
        for (int unit = 0; unit < nanos.length; unit++) {
            if (matcher.group(unit + 1) != null) {
                sum = sum.add(new BigInteger(matcher.group(unit + 1)).multiply(BigInteger.valueOf(nanos[unit])));
            }
        }
        return sum.bitLength() > 63 ? Optional.empty() : Optional.of(Duration.ofNanos(sum.longValueExact()));
    }
}
