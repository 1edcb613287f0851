package io.datastream.examples.marketinsights;

import io.datastream.config.Config;
import io.datastream.config.ConfigException;
import io.datastream.error.PipelineException;
import io.datastream.formats.json.JsonCodec;
import io.datastream.jdbc.JdbcSink;
import io.datastream.kafka.KafkaRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.runtime.PipelineStatus.OriginStatus;
import io.datastream.testkit.EmbeddedKafka;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;

/**
 * The main job: 100,000 real bitcoin trades flow through a Kafka topic into one-minute candles, a sliding mean and
 * deviation, a filled grid and price outliers, which go to topics and to a database.
 *
 * <p>With nothing configured it starts a broker and a database of its own and ends by itself. See {@code --help}.
 */
public final class MarketInsights {
    private MarketInsights() {}

    /** Runs the example. Exits with 0 if all its checks pass, 1 if something failed, 2 if the configuration is wrong. */
    public static void main(String[] args) {
        System.exit(run(args, System.out, System.err));
    }

    static int run(String[] args, PrintStream out, PrintStream err) {
        try {
            Optional<Config> config = Options.SPEC.loadOrExplain(args, out);
            return config.isEmpty() || run(config.get(), out) ? 0 : 1;
        } catch (ConfigException e) {
            err.println(e.getMessage());
            return 2;
        } catch (ProblemException | PipelineException | IllegalArgumentException | IllegalStateException e) {
            err.println("market-insights: " + e.getMessage());
            return 1;
        }
    }

    private static boolean run(Config config, PrintStream out) {
        List<Trade> trades = TradeFile.read(config.get(Options.INPUT));
        Path folder = folder(config.get(Options.OUTPUT));
        Optional<String> external = config.find(Options.BROKER);
        String stream = config.find(Options.STREAM)
                .orElseGet(() -> "market-insights" + (external.isPresent() ? "-" + timeOfStart() : ""));
        String topic = config.find(Options.TOPIC).orElse(stream + "-trades");
        out.println("market-insights: " + trades.size() + " trades of "
                + config.get(Options.INPUT).getFileName());
        if (external.isPresent()) {
            return run(config, trades, folder, external.get(), stream, topic, out);
        }
        out.println("  starting a Kafka broker in this JVM ...");
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            return run(config, trades, folder, kafka.bootstrapServers(), stream, topic, out);
        }
    }

    private static String timeOfStart() {
        return DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss")
                .withZone(ZoneOffset.UTC)
                .format(Instant.now());
    }

    private static Path folder(Path folder) {
        try {
            return Files.createDirectories(folder.toAbsolutePath().normalize());
        } catch (IOException e) {
            throw new ProblemException("output: " + folder + " cannot be made: " + e, e);
        }
    }

    private static boolean run(
            Config config,
            List<Trade> trades,
            Path folder,
            String broker,
            String stream,
            String topic,
            PrintStream out) {
        TopicLog log = new TopicLog(broker);
        long started = System.nanoTime();
        load(log, topic, trades, out);
        Database database = Database.of(config, folder);
        InsightsPipeline.Topics topics = InsightsPipeline.Topics.under(stream);
        long piped = System.nanoTime();
        KafkaRuntime runtime = KafkaRuntime.at(broker)
                .withInstance(stream.length() > 60 ? "only" : stream)
                .readToEnd();
        try (PipelineController controller = runtime.start(InsightsPipeline.of(
                        InsightsPipeline.trades(topic),
                        config.get(Options.WINDOW),
                        config.get(Options.STATISTIC),
                        topics,
                        JdbcSink.upsertInto("candles", Candle.class, database.connection())
                                .keyedBy("symbol", "start")
                                .createTable(),
                        JdbcSink.upsertInto("outliers", PriceOutlier.class, database.connection())
                                .keyedBy("symbol", "start")
                                .createTable())
                .named(stream))) {
            watch(controller, trades.size(), out);
        }
        Results results = new Results(
                log.read(topics.candles(), JsonCodec.of(Candle.class)),
                log.read(topics.statistics(), JsonCodec.of(SlidingStatistics.class))
                        .size(),
                log.read(topics.grid(), JsonCodec.of(GridPrice.class)),
                log.read(topics.outliers(), JsonCodec.of(PriceOutlier.class)));
        results.write(folder);
        List<String> problems = results.check(trades, config.get(Options.WINDOW), database);
        results.print(out, trades.size(), piped - started, System.nanoTime() - piped, topics, folder, database);
        problems.forEach(problem -> out.println("  CHECK FAILED: " + problem));
        out.println(problems.isEmpty() ? "  all checks passed" : "  " + problems.size() + " checks failed");
        return problems.isEmpty();
    }

    /** Sends the trades that the topic does not hold yet: a run that was cut off goes on where it was. */
    private static void load(TopicLog log, String topic, List<Trade> trades, PrintStream out) {
        log.create(topic);
        long there = log.count(topic);
        if (there > trades.size()) {
            throw new ProblemException("topic: " + topic + " holds " + there + " records (expected: at most the "
                    + trades.size() + " trades of the input; name another topic)");
        }
        Progress progress = new Progress(out);
        log.send(
                topic,
                JsonCodec.of(Trade.class),
                trades.subList((int) there, trades.size()),
                sent -> progress.show("trades to the topic", there + sent, trades.size()));
        progress.done("trades to the topic", trades.size());
    }

    private static void watch(PipelineController controller, int total, PrintStream out) {
        Progress progress = new Progress(out);
        try {
            long seen = 0;
            while (!controller.awaitTermination(Duration.ofMillis(100))) {
                long position = controller.status().origins().stream()
                        .mapToLong(OriginStatus::position)
                        .sum();
                seen = Math.max(seen, Math.min(total, position));
                progress.show("trades processed", seen, total);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProblemException("interrupted", e);
        }
        progress.done("trades processed", total);
    }
}
