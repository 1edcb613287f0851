package io.datastream.examples.marketinsights;

import io.datastream.Pipeline;
import io.datastream.config.Config;
import io.datastream.config.ConfigException;
import io.datastream.formats.json.JsonCodec;
import io.datastream.kafka.KafkaRuntime;
import io.datastream.kafka.KafkaSecurity;
import io.datastream.monitor.Monitor;
import io.datastream.monitor.MonitorServer;
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
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * The main job: 100,000 real bitcoin trades flow through a Kafka topic into one-minute candles, a sliding mean and
 * deviation, a filled grid and price outliers, which go to topics and to a database, an InfluxDB or a Cassandra.
 *
 * <p>With nothing configured it starts a broker and a database of its own and ends by itself. See {@code --help}.
 */
public final class MarketInsights {
    private static final String NAME = "market-insights";

    private final Config config;
    private final List<Trade> trades;
    private final Path folder;
    private final RunLog log;
    private final PrintStream out;

    private MarketInsights(Config config, List<Trade> trades, Path folder, RunLog log, PrintStream out) {
        this.config = config;
        this.trades = trades;
        this.folder = folder;
        this.log = log;
        this.out = out;
    }

    /** Runs the example. Exits with 0 if all its checks pass, 1 if something failed, 2 if the configuration is wrong. */
    public static void main(String[] args) {
        System.exit(run(args, System.out, System.err));
    }

    static int run(String[] args, PrintStream out, PrintStream err) {
        Optional<Config> config;
        try {
            config = Options.SPEC.loadOrExplain(args, out);
        } catch (ConfigException e) {
            err.println(e.getMessage());
            return 2;
        }
        return config.map(checked -> run(checked, out, err)).orElse(0);
    }

    private static int run(Config config, PrintStream out, PrintStream err) {
        try {
            Path folder = folder(config.get(Options.OUTPUT));
            try (RunLog log = RunLog.to(folder.resolve(NAME + ".log"))) {
                return run(config, folder, log, out, err);
            }
        } catch (ProblemException e) {
            err.println(NAME + ": " + e.getMessage());
            return 1;
        }
    }

    /** Whatever fails is told in one line; the rest is in the log. */
    private static int run(Config config, Path folder, RunLog log, PrintStream out, PrintStream err) {
        try {
            List<Trade> trades = TradeFile.read(config.get(Options.INPUT));
            return new MarketInsights(config, trades, folder, log, out).run() ? 0 : 1;
        } catch (RuntimeException e) {
            log.failed(e);
            err.println(NAME + ": " + Objects.requireNonNullElse(e.getMessage(), e) + " (details: " + log.file() + ")");
            if (config.get(Options.DEBUG)) {
                e.printStackTrace(err);
            }
            return 1;
        }
    }

    private static Path folder(Path folder) {
        try {
            return Files.createDirectories(folder.toAbsolutePath().normalize());
        } catch (IOException e) {
            throw new ProblemException("output: " + folder + " cannot be made: " + e, e);
        }
    }

    private boolean run() {
        out.println(NAME + ": " + trades.size() + " trades of "
                + config.get(Options.INPUT).getFileName());
        String stream = config.find(Options.STREAM).orElseGet(this::defaultStream);
        Store store = Store.of(config, folder);
        store.prepare(stream);
        Optional<String> broker = config.find(Options.BROKER);
        if (broker.isPresent()) {
            return run(broker.get(), KafkaSecurity.fromEnvironment(), stream, store);
        }
        out.println("  starting a Kafka broker in this JVM ...");
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            return run(kafka.bootstrapServers(), KafkaSecurity.plaintext(), stream, store);
        }
    }

    private boolean run(String broker, KafkaSecurity security, String stream, Store store) {
        String topic = config.find(Options.TOPIC).orElse(stream + "-trades");
        TopicLog topicLog = new TopicLog(broker, security);
        long started = System.nanoTime();
        load(topicLog, topic);
        InsightsPipeline.Topics topics = InsightsPipeline.Topics.under(stream);
        long piped = System.nanoTime();
        KafkaRuntime runtime = KafkaRuntime.at(broker)
                .withSecurity(security)
                .withInstance(stream)
                .readToEnd();
        InsightsPipeline.Taps taps = InsightsPipeline.Taps.create();
        Pipeline pipeline = InsightsPipeline.of(
                        InsightsPipeline.trades(topic),
                        config.get(Options.WINDOW),
                        config.get(Options.STATISTIC),
                        topics,
                        store.candles(stream),
                        store.outliers(stream),
                        taps)
                .named(stream);
        try (PipelineController controller = runtime.start(pipeline)) {
            if (!config.get(Options.KEEP)) {
                watch(controller);
                return tell(stream, topics, store, topicLog, piped - started, System.nanoTime() - piped);
            }
            Monitor monitor = Monitor.of(controller)
                    .withPort(config.get(Options.MONITOR_PORT))
                    .withSeries(taps.closes())
                    .withSeries(taps.deviations());
            try (MonitorServer server = monitor.start()) {
                out.println("  page:     " + server.uri());
                watch(controller);
                boolean passed = tell(stream, topics, store, topicLog, piped - started, System.nanoTime() - piped);
                keep(server);
                return passed;
            }
        }
    }

    /** Waits until somebody ends the program. */
    private void keep(MonitorServer server) {
        out.println("  the page stays at " + server.uri() + " until Ctrl-C");
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            out.println("  interrupted"); // which is the wish to end, and is followed
        }
    }

    /** Checks the results and tells them. Returns whether all is as it should be. */
    private boolean tell(
            String stream,
            InsightsPipeline.Topics topics,
            Store store,
            TopicLog topicLog,
            long loading,
            long processing) {
        Results results = new Results(
                topicLog.read(topics.candles(), JsonCodec.of(Candle.class)),
                topicLog.read(topics.statistics(), JsonCodec.of(SlidingStatistics.class)),
                topicLog.read(topics.grid(), JsonCodec.of(GridPrice.class)),
                topicLog.read(topics.outliers(), JsonCodec.of(PriceOutlier.class)));
        results.write(folder);
        List<String> problems = results.check(trades, config.get(Options.WINDOW), kind -> store.count(kind, stream));
        results.print(out, trades.size(), loading, processing);
        tellWhere(topics, store);
        problems.forEach(problem -> out.println("  CHECK FAILED: " + problem));
        out.println(problems.isEmpty() ? "  all checks passed" : "  " + problems.size() + " checks failed");
        return problems.isEmpty();
    }

    private void tellWhere(InsightsPipeline.Topics topics, Store store) {
        out.println("  topics:   " + topics.candles() + ", " + topics.statistics() + ", " + topics.grid() + ", "
                + topics.outliers()
                + (config.find(Options.BROKER).isEmpty() ? " (gone with the broker of this run)" : ""));
        out.println("  store:    " + store);
        out.println(
                "  files:    " + folder.resolve(Results.CANDLES_FILE) + ", " + folder.resolve(Results.OUTLIERS_FILE));
        out.println("  log:      " + log.file());
    }

    /** Where earlier runs may have left something, each run has a name of its own. */
    private String defaultStream() {
        boolean own = config.find(Options.BROKER).isEmpty()
                && Store.CHOICES.stream().allMatch(store -> config.find(store).isEmpty());
        DateTimeFormatter time =
                DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);
        return own ? NAME : NAME + "-" + time.format(Instant.now());
    }

    /** Sends the trades that the topic does not hold yet: a run that was cut off goes on where it was. */
    private void load(TopicLog topicLog, String topic) {
        topicLog.create(topic);
        long there = topicLog.count(topic);
        if (there > trades.size()) {
            throw new ProblemException("topic: " + topic + " holds " + there + " records (expected: at most the "
                    + trades.size() + " trades of the input; name another topic)");
        }
        Progress progress = new Progress(out);
        topicLog.send(
                topic,
                JsonCodec.of(Trade.class),
                trades.subList((int) there, trades.size()),
                sent -> progress.show("trades to the topic", there + sent, trades.size()));
        progress.done("trades to the topic", trades.size());
    }

    private void watch(PipelineController controller) {
        Progress progress = new Progress(out);
        try {
            long seen = 0;
            while (!controller.awaitTermination(Duration.ofMillis(100))) {
                long position = controller.status().origins().stream()
                        .mapToLong(OriginStatus::position)
                        .sum();
                seen = Math.max(seen, Math.min(trades.size(), position));
                progress.show("trades processed", seen, trades.size());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProblemException("interrupted", e);
        }
        progress.done("trades processed", trades.size());
    }
}
