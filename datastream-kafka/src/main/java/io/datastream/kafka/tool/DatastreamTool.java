package io.datastream.kafka.tool;

import io.datastream.Pipeline;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The command line for those who operate pipelines on Kafka: lists a pipeline's topics and lag, resets it, deletes what it
 * keeps, prints its plan, and plays dead letters again. Started without arguments it tells how it is used.
 *
 * <p>What is asked for goes to standard output, as text or with {@code --json} as one JSON object; progress and errors go to
 * standard error. Ends with 0 if it was done, 1 if it failed, 2 if the command line is wrong.
 *
 * <p>{@code reset} and {@code delete} change nothing without {@code --yes}, and refuse while a process runs the pipeline.
 */
public final class DatastreamTool {
    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;

    private final PrintStream out;
    private final PrintStream err;
    private final Map<String, String> environment;

    private DatastreamTool(PrintStream out, PrintStream err, Map<String, String> environment) {
        this.out = out;
        this.err = err;
        this.environment = environment;
    }

    /** Carries a command out and ends the JVM with its exit code. */
    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        System.exit(run(List.of(arguments), out, err, System.getenv()));
    }

    /**
     * Carries a command out.
     *
     * @param environment where {@code KAFKA_BROKER} and the settings of {@link io.datastream.kafka.KafkaSecurity} are looked
     *     for
     * @return 0 if it was done, 1 if it failed, 2 if the command line is wrong
     */
    public static int run(List<String> arguments, PrintStream out, PrintStream err, Map<String, String> environment) {
        return new DatastreamTool(out, err, environment).run(arguments);
    }

    private int run(List<String> line) {
        if (line.isEmpty() || line.contains("--help") || line.get(0).equals("help")) {
            (line.isEmpty() ? err : out).print(help());
            return line.isEmpty() ? WRONG_USAGE : DONE;
        }
        try {
            Command command = Command.of(line);
            List<String> rest = line.subList(command.words.split(" ").length, line.size());
            Arguments arguments = Arguments.parse(rest, command.options());
            Report report = carryOut(command, arguments);
            if (arguments.has("json")) {
                out.println(Json.of(report.data()));
            } else {
                report.lines().stream().filter(text -> !text.isEmpty()).forEach(out::println);
            }
            return DONE;
        } catch (UsageException e) {
            err.println(e.getMessage());
            err.println("help tells how it is used.");
            return WRONG_USAGE;
        } catch (FailedException e) {
            err.println(e.getMessage());
            return FAILED;
        } catch (RuntimeException e) {
            err.println("a fault of this tool:");
            e.printStackTrace(err);
            return FAILED;
        }
    }

    private Report carryOut(Command command, Arguments arguments) {
        String subject = subject(command, arguments);
        Progress progress = new Progress(err);
        return switch (command) {
            case PLAN -> plan(arguments);
            case TOPICS -> onPipeline(arguments, subject, PipelineCommands::topics);
            case LAG -> onPipeline(arguments, subject, PipelineCommands::lag);
            case RESET -> {
                PipelineCommands.Target target = target(arguments);
                yield onPipeline(
                        arguments,
                        subject,
                        (broker, pipeline) ->
                                PipelineCommands.reset(broker, pipeline, target, arguments.has("yes"), progress));
            }
            case DELETE ->
                onPipeline(
                        arguments,
                        subject,
                        (broker, pipeline) ->
                                PipelineCommands.delete(broker, pipeline, arguments.has("yes"), progress));
            case LIST -> {
                LetterFilter filter = new LetterFilter(arguments);
                int limit = arguments.number("limit", LetterCommands.DEFAULT_LIMIT, 0);
                yield connected(arguments, broker -> LetterCommands.list(broker, subject, filter, limit, progress));
            }
            case REPLAY -> replay(arguments, subject, progress);
        };
    }

    private static String subject(Command command, Arguments arguments) {
        List<String> words = new ArrayList<>(arguments.words());
        if (words.size() != (command.subject().isEmpty() ? 0 : 1)) {
            throw new UsageException(command.words + ": " + (words.isEmpty() ? "no " + command.subject() : words)
                    + " (expected: " + command.usage + ")");
        }
        return words.isEmpty() ? "" : words.get(0);
    }

    private interface Action {
        Report on(Connection connection);
    }

    private Report connected(Arguments arguments, Action action) {
        try (Connection connection = Connection.open(arguments, environment)) {
            return action.on(connection);
        }
    }

    private interface PipelineAction {
        Report on(Connection connection, KnownPipeline pipeline);
    }

    private Report onPipeline(Arguments arguments, String name, PipelineAction action) {
        return connected(arguments, broker -> {
            Report report = action.on(broker, KnownPipeline.of(broker, name, arguments.all("part")));
            return report.with("pipeline", name);
        });
    }

    private static Report plan(Arguments arguments) {
        String name = arguments.one("pipeline");
        if (name == null) {
            throw new UsageException("--pipeline: missing (expected: " + Command.PLAN.usage + ")");
        }
        Pipeline pipeline = PipelineLoader.load(name, arguments.all("jar"));
        return PlanCommand.plan(pipeline, arguments.has("mermaid"));
    }

    private static PipelineCommands.Target target(Arguments arguments) {
        @Nullable String time = arguments.one("to-time");
        if (arguments.has("to-beginning") == (time != null)) {
            throw new UsageException("reset: " + (time == null ? "no place" : "two places")
                    + " (expected: either --to-beginning or --to-time TIME)");
        }
        return time == null
                ? PipelineCommands.Target.beginning()
                : PipelineCommands.Target.time(Times.parse("to-time", time));
    }

    private Report replay(Arguments arguments, String topic, Progress progress) {
        LetterFilter filter = new LetterFilter(arguments);
        if (filter.isGiven() == arguments.has("all")) {
            throw new UsageException(
                    "dead-letters replay: " + (filter.isGiven() ? "both a choice and --all" : "no choice")
                            + " (expected: one or more of --step, --error, --of, --since, --offset; or --all)");
        }
        int limit = arguments.number("limit", Integer.MAX_VALUE, 1);
        boolean really = !arguments.has("dry-run");
        return connected(arguments, broker -> LetterCommands.replay(broker, topic, filter, limit, really, progress));
    }

    private static String help() {
        StringBuilder text = new StringBuilder("Commands for pipelines on Kafka\n\n");
        for (Command command : Command.values()) {
            text.append("  ")
                    .append(command.usage)
                    .append("\n      ")
                    .append(command.purpose)
                    .append('\n');
        }
        return text.append("""

                        --part PART names a part of a pipeline that is cut into parts by via(...): its first source, or the
                        topic before it. Name all parts where a pipeline is reset.

                        CHOICE is any of
                          --step STEP        letters of this step
                          --error CLASS      letters with an error of this class; its last name is enough
                          --of NAME          letters of this pipeline
                          --since TIME       letters written at or after this time
                          --offset P@O       the letter at this place of the topic; may be repeated

                        Options of all commands but plan
                          --broker LIST      addresses such as localhost:9092; default: KAFKA_BROKER of the environment
                          --properties FILE  more settings of Kafka's clients
                          --timeout SECONDS  how long to wait for an answer of the broker; default: 15

                          --json             one JSON object instead of text
                          --yes              really does what reset and delete would do

                        TLS and users are set as for pipelines, by KAFKA_SECURITY_PROTOCOL, KAFKA_SASL_MECHANISM and others
                        of the environment.

                        TIME is such as 2026-03-01T12:00:00Z, or 2026-03-01 for its begin in UTC.
                        Ends with 0 if it was done, 1 if it failed, 2 if the command line is wrong.
                        """).toString();
    }
}
