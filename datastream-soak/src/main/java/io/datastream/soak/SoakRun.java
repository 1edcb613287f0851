package io.datastream.soak;

import io.datastream.testkit.KafkaCluster;
import io.datastream.testkit.KafkaOptions;
import io.datastream.testkit.KafkaServer;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;

/** One run: starts everything, lets it go wrong, waits for the results, and compares them. */
final class SoakRun {
    private static final int RESULT_PARTITIONS = 3;
    private static final long TURN = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long PROGRESS = TimeUnit.SECONDS.toNanos(10);

    /** How long it waits while nothing new comes; far above every time-out of the workers and the broker. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Settings settings;
    private final PrintStream out;
    private final Path brokersFolder;
    private final long started = System.nanoTime();
    private long lastProgress = started;

    SoakRun(Settings settings, PrintStream out) {
        this.settings = settings;
        this.out = out;
        this.brokersFolder = settings.folder().resolve("brokers");
    }

    /**
     * Runs, prints what was found, and returns whether all is as the model says.
     *
     * @throws SoakException if the run cannot be brought to its end
     */
    boolean run() {
        clear();
        out.println("soak: " + settings.command());
        out.println("logs: " + settings.folder());
        KafkaOptions options = KafkaOptions.defaults().withDataFolder(brokersFolder);
        boolean equal = false;
        KafkaCluster brokers = KafkaCluster.start(settings.brokers(), options);
        try (Table table = Table.start()) {
            equal = run(brokers, table);
            return equal;
        } finally {
            keepLogs(brokers);
            brokers.close();
            if (equal) {
                delete(brokersFolder);
            } else {
                out.println("kept: logs of the workers and the brokers' data in " + settings.folder());
                out.println("again: " + settings.command());
            }
        }
    }

    private boolean run(KafkaCluster brokers, Table table) {
        List<TopicPartition> watched = makeTopics(brokers);
        try (Workers workers = new Workers(settings, brokers.bootstrapServers(), table.url());
                Monitor monitor = new Monitor(brokers.bootstrapServers(), watched)) {
            Input input = new Input(brokers.bootstrapServers(), settings.rate(), settings.seed(), monitor::disturbed);
            try {
                return run(brokers, table, workers, monitor, input);
            } finally {
                input.close();
            }
        }
    }

    private boolean run(KafkaCluster brokers, Table table, Workers workers, Monitor monitor, Input input) {
        for (int i = 0; i < settings.workers(); i++) {
            workers.start(i);
            workers.awaitStarted(i, PATIENCE); // one by one: many JVMs that start keep a small machine from all else
        }
        monitor.start();
        input.start();
        Groups groups = new Groups(brokers.admin());
        Chaos chaos = new Chaos(settings, new Brokers(brokers), workers, input, monitor, groups);
        awaitFirstResults(input, monitor, workers, chaos);
        long inputStarted = System.nanoTime();
        while (System.nanoTime() - inputStarted < settings.duration().toNanos()) {
            chaos.step();
            input.check();
            progress(input, monitor, workers, chaos);
            LockSupport.parkNanos(TURN);
        }
        chaos.calm();
        input.end();
        double inputSeconds = (System.nanoTime() - inputStarted) / 1e9;
        out.println("the input has ended; waiting for its results");
        Model model = new Model(input.logs());
        boolean complete = await(model, table, input, monitor, workers, chaos);
        double seconds = (System.nanoTime() - inputStarted) / 1e9;
        workers.stopAll();
        Comparison comparison = compare(model, table, new Committed(brokers.bootstrapServers(), brokers.admin()));
        Figures figures = new Figures(settings, input, model, monitor, workers, groups, chaos);
        figures.print(out, inputSeconds, seconds);
        print(comparison, complete);
        return complete && comparison.isEqual();
    }

    private void awaitFirstResults(Input input, Monitor monitor, Workers workers, Chaos chaos) {
        long begin = System.nanoTime();
        while (monitor.count() == 0) {
            workers.check();
            input.check();
            progress(input, monitor, workers, chaos);
            if (System.nanoTime() - begin > PATIENCE.toNanos()) {
                throw new SoakException("no result within " + PATIENCE + " of the start");
            }
            LockSupport.parkNanos(TURN);
        }
    }

    private static List<TopicPartition> makeTopics(KafkaServer broker) {
        broker.createTopic(Pipelines.METERS, Input.METER_PARTITIONS);
        broker.createTopic(Pipelines.LEFT, Input.LEFT_PARTITIONS);
        broker.createTopic(Pipelines.RIGHT, Input.RIGHT_PARTITIONS);
        List<String> topics = new ArrayList<>(List.of(Pipelines.LETTERS, Pipelines.LATE, Pipelines.MERGED_LATE));
        Pipelines.steps().forEach(step -> topics.add(Pipelines.topic(step)));
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : topics) {
            broker.createTopic(topic, RESULT_PARTITIONS);
            for (int i = 0; i < RESULT_PARTITIONS; i++) {
                partitions.add(new TopicPartition(topic, i));
            }
        }
        return partitions;
    }

    /** Waits for as many results as the model has; returns whether they came. */
    private boolean await(Model model, Table table, Input input, Monitor monitor, Workers workers, Chaos chaos) {
        long last = -1;
        long lastNews = System.nanoTime();
        while (!isComplete(model, table, monitor)) {
            long count = monitor.count() + table.rows().size();
            if (count != last) {
                last = count;
                lastNews = System.nanoTime();
            } else if (System.nanoTime() - lastNews > PATIENCE.toNanos()) {
                out.println("no result for " + PATIENCE + ", though some are missing");
                return false;
            }
            chaos.followUp();
            progress(input, monitor, workers, chaos);
            LockSupport.parkNanos(4 * TURN);
        }
        return true;
    }

    private static boolean isComplete(Model model, Table table, Monitor monitor) {
        for (String step : Pipelines.steps()) {
            if (monitor.count(Pipelines.topic(step)) < model.count(step)) {
                return false;
            }
        }
        return monitor.count(Pipelines.LETTERS) >= model.letters().size()
                && monitor.count(Pipelines.LATE) >= model.late().size()
                && monitor.count(Pipelines.MERGED_LATE) >= model.mergedLate().size()
                && table.rows().size() >= model.table().size();
    }

    private static Comparison compare(Model model, Table table, Committed committed) {
        Comparison comparison = new Comparison();
        for (String step : Pipelines.steps()) {
            Map<String, List<String>> actual = new TreeMap<>();
            committed.read(Pipelines.topic(step), record -> {
                String key = new String(record.key(), StandardCharsets.UTF_8);
                if (!Reading.isEnd(key)) {
                    actual.computeIfAbsent(key, any -> new ArrayList<>())
                            .add(new String(record.value(), StandardCharsets.UTF_8));
                }
            });
            comparison.results(Pipelines.topic(step), model.results(step), actual);
        }
        comparison.letters(Pipelines.LETTERS, model.letters(), letters(committed, Pipelines.LETTERS));
        comparison.letters(Pipelines.LATE, model.late(), letters(committed, Pipelines.LATE));
        comparison.letters(Pipelines.MERGED_LATE, model.mergedLate(), letters(committed, Pipelines.MERGED_LATE));
        comparison.rows(Pipelines.TABLE_NAME, model.table(), table.rows());
        return comparison;
    }

    private static Map<String, Integer> letters(Committed committed, String topic) {
        Map<String, Integer> letters = new HashMap<>();
        committed.read(topic, record -> letters.merge(Comparison.letter(record), 1, Integer::sum));
        return letters;
    }

    private void print(Comparison comparison, boolean complete) {
        out.printf(
                Locale.ROOT,
                "  compared             %,d results, dead letters, late records and rows: %,d lost, %,d doubled, %,d"
                        + " different%n",
                comparison.compared(),
                comparison.lost(),
                comparison.doubled(),
                comparison.different());
        comparison.differences().forEach(difference -> out.println("  " + difference));
        out.println(complete && comparison.isEqual() ? "  all as the model says" : "  NOT as the model says");
    }

    private void progress(Input input, Monitor monitor, Workers workers, Chaos chaos) {
        long now = System.nanoTime();
        if (now - lastProgress < PROGRESS) {
            return;
        }
        lastProgress = now;
        out.printf(
                Locale.ROOT,
                "%5d s  %,d records in, %,d results seen, %d workers, %d kills, %d freezes, a broker away %d times%n",
                (now - started) / 1_000_000_000L,
                input.written(),
                monitor.count(),
                workers.running(),
                chaos.count(Chaos.Event.KILL),
                chaos.count(Chaos.Event.FREEZE_BRIEFLY) + chaos.count(Chaos.Event.FREEZE_BEYOND_TIMEOUTS),
                chaos.count(Chaos.Event.BROKER_KILL)
                        + chaos.count(Chaos.Event.BROKER_RESTART)
                        + chaos.count(Chaos.Event.BROKER_FREEZE));
    }

    private void clear() {
        delete(settings.folder());
        try {
            Files.createDirectories(settings.folder());
        } catch (IOException e) {
            throw new UncheckedIOException("folder " + settings.folder() + ": " + e.getMessage(), e);
        }
    }

    private void keepLogs(KafkaCluster brokers) {
        try {
            for (int id = 1; id <= brokers.size(); id++) {
                Files.writeString(settings.folder().resolve("broker-" + id + ".log"), brokers.output(id));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("logs of the brokers: " + e.getMessage(), e);
        }
    }

    private static void delete(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("delete " + folder + ": " + e.getMessage(), e);
        }
    }
}
