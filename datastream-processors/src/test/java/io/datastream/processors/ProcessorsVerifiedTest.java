package io.datastream.processors;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.codec.Codec;
import io.datastream.processor.KeyedProcessor;
import io.datastream.processors.normalize.MinMaxNormalization;
import io.datastream.processors.normalize.RobustNormalization;
import io.datastream.processors.normalize.ZScoreNormalization;
import io.datastream.processors.outlier.HampelOutliers;
import io.datastream.processors.outlier.ZScoreOutliers;
import io.datastream.processors.quality.Deduplicate;
import io.datastream.processors.resample.Resample;
import io.datastream.processors.smooth.Ewma;
import io.datastream.processors.smooth.TimeEwma;
import io.datastream.processors.stats.RunningStatistics;
import io.datastream.testkit.ProcessorVerifier;
import io.datastream.testkit.ProcessorVerifier.Item;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every processor of the module, in all its forms, fed in many ways that must agree. */
class ProcessorsVerifiedTest {
    private static final int ROUNDS = 8;
    private static final long ELEVEN_DAYS = 1_000_000_000_000_000L;
    private static final Codec<Row> CODEC = Codec.of(ProcessorsVerifiedTest::encode, ProcessorsVerifiedTest::decode);

    private static byte[] encode(Row row) {
        return ByteBuffer.allocate(20)
                .putInt(row.number())
                .putLong(row.time())
                .putDouble(row.value())
                .array();
    }

    private static Row decode(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new Row(buffer.getInt(), buffer.getLong(), buffer.getDouble());
    }

    /**
     * Some keys with repeated times, ties and spikes, missing values, infinities, zeros of both signs, gaps, and jumps of
     * up to the given length.
     */
    private static List<Item<String, Row>> items(long seed, long longestJump) {
        Random random = new Random(seed);
        int keys = 1 + random.nextInt(3);
        List<Item<String, Row>> items = new ArrayList<>();
        for (int key = 0; key < keys; key++) {
            long jumped = 0;
            for (Row row : Row.random(random, random.nextInt(60))) {
                jumped += random.nextInt(25) == 0 ? (long) (random.nextDouble() * longestJump) : 0;
                double value = switch (random.nextInt(50)) {
                    case 0 -> Double.POSITIVE_INFINITY;
                    case 1 -> Double.NEGATIVE_INFINITY;
                    case 2 -> -0.0;
                    case 3 -> 0.0;
                    default -> row.value();
                };
                long time = row.time() + jumped;
                items.add(new Item<>("key-" + key, time, new Row(row.number(), time, value)));
            }
        }
        return items;
    }

    private static Map<String, KeyedProcessor<Object, Row, ?, ?>> all() {
        Map<String, KeyedProcessor<Object, Row, ?, ?>> all = new LinkedHashMap<>();
        all.put("ewma", Ewma.alpha(0.3, Row::value));
        all.put("ewma recursive", Ewma.span(5, Row::value).recursive());
        all.put("ewma ignoring missing", Ewma.halfLife(2, Row::value).ignoringMissing());
        all.put("time ewma", TimeEwma.halfLife(Duration.ofNanos(10), Row::value));
        all.put(
                "time ewma recursive",
                TimeEwma.halfLife(Duration.ofNanos(10), Row::value).recursive());
        all.put("running statistics", RunningStatistics.of(Row::value));
        all.put(
                "running statistics at the end",
                RunningStatistics.of(Row::value).onlyAtEnd());
        all.put("min-max running", MinMaxNormalization.running(Row::value));
        all.put("min-max rolling", MinMaxNormalization.rolling(7, Row::value).onto(-1, 1));
        all.put(
                "min-max of the rows before",
                MinMaxNormalization.rolling(7, Row::value).priorOnly());
        all.put("z-score running", ZScoreNormalization.running(Row::value).population());
        all.put("z-score rolling", ZScoreNormalization.rolling(7, Row::value));
        all.put(
                "z-score of the rows before",
                ZScoreNormalization.running(Row::value).priorOnly());
        all.put("robust", RobustNormalization.rolling(6, Row::value));
        all.put(
                "robust of the rows before",
                RobustNormalization.rolling(6, Row::value).priorOnly().withQuantiles(0.1, 0.7));
        all.put("hampel centered", HampelOutliers.centered(3, Row::value));
        all.put(
                "hampel centered with codec",
                HampelOutliers.centered(2, Row::value).withCodec(CODEC));
        all.put(
                "hampel with greatest delay",
                HampelOutliers.centered(4, Row::value).withMaxDelay(Duration.ofNanos(12)));
        all.put("hampel trailing", HampelOutliers.trailing(3, Row::value).withThreshold(2));
        all.put("z-score outliers running", ZScoreOutliers.running(Row::value).withWarmUp(3));
        all.put(
                "z-score outliers rolling",
                ZScoreOutliers.rolling(8, Row::value).withWarmUp(3).withThreshold(1.5));
        all.put("z-score outliers of the whole input", ZScoreOutliers.ofWholeInput(Row::value));
        all.put(
                "z-score outliers of the whole input with codec",
                ZScoreOutliers.ofWholeInput(Row::value).population().withCodec(CODEC));
        all.put("first of a time", Deduplicate.keepFirst());
        all.put("last of a time", Deduplicate.keepLast());
        all.put("last of a time with codec", Deduplicate.<Row>keepLast().withCodec(CODEC));
        all.put("greatest of a time", Deduplicate.keepGreatest(Row::value));
        all.put("least of a time", Deduplicate.keepLeast(Row::value));
        all.put("mean of a time", Deduplicate.mean(Row::value, Row::withValue));
        all.put("sum of a time", Deduplicate.sum(Row::value, Row::withValue));
        Resample<Row> grid = Resample.every(Duration.ofNanos(5), Row::value);
        all.put("resample without a longest gap", grid);
        all.put("resample by previous values", grid.previous().withOffset(Duration.ofNanos(2)));
        all.put("resample with a longest gap", grid.withMaxGap(Duration.ofNanos(40)));
        all.put(
                "resample with empty points",
                grid.previous().withMaxGap(Duration.ofNanos(40)).withEmpty());
        all.put("resample that holds values", grid.hold(Duration.ofNanos(60)));
        return all;
    }

    static Stream<String> names() {
        return all().keySet().stream();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("names")
    void givesTheSameResultsHoweverItIsFed(String name) {
        KeyedProcessor<Object, Row, ?, ?> processor = all().get(name);
        // where each gap is filled, point by point, jumps are short
        boolean fills = processor instanceof Resample && processor.outputDelayNanos() == KeyedProcessor.UNBOUNDED;
        long longestJump = fills ? 500 : ELEVEN_DAYS;
        ProcessorVerifier.of(processor, seed -> items(seed, longestJump))
                .withRounds(ROUNDS)
                .verify();
    }

    @Test
    void coversEveryProcessorOfTheModule() throws Exception {
        Set<String> verified = all().values().stream()
                .map(processor -> processor.getClass().getName())
                .collect(Collectors.toSet());
        assertThat(processors()).isNotEmpty().isSubsetOf(verified);
    }

    /** The compiled classes of the module that are keyed processors. */
    private static Set<String> processors() throws Exception {
        Path folder = Path.of(
                Ewma.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".class"))
                    .filter(file -> !file.getFileName().toString().startsWith("package-info"))
                    .map(file -> folder.relativize(file).toString())
                    .map(file -> file.substring(0, file.length() - ".class".length())
                            .replace(file.contains("\\") ? '\\' : '/', '.'))
                    .filter(ProcessorsVerifiedTest::isProcessor)
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new IllegalStateException("cannot list " + folder, e);
        }
    }

    private static boolean isProcessor(String type) {
        try {
            Class<?> found = Class.forName(type, false, Ewma.class.getClassLoader());
            return KeyedProcessor.class.isAssignableFrom(found) && !found.isInterface();
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(type, e);
        }
    }
}
