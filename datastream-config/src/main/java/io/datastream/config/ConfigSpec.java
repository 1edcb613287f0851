package io.datastream.config;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * All options of an application, and the way to load them.
 *
 * <pre>{@code
 * static final Option<Duration> WINDOW_SIZE = Option.duration("window.size").withDefault(Duration.ofMinutes(1));
 * static final ConfigSpec SPEC = ConfigSpec.of("market-insights", WINDOW_SIZE);
 *
 * Config config = SPEC.load(args);
 * Duration size = config.get(WINDOW_SIZE);
 * }</pre>
 *
 * <p>A value is taken from the first source that has one: command line, system properties, environment, YAML file,
 * default. All problems of all sources are reported at once by a {@link ConfigException}. The YAML file is named by
 * {@code --config}, the system property {@code datastream.config} or the variable {@code DATASTREAM_CONFIG}.
 *
 * <p>Immutable and thread-safe.
 */
public final class ConfigSpec {
    private final String application;
    private final String description;
    private final List<Option<?>> options;
    private final List<Rule> rules;
    private final KnownNames names;

    private ConfigSpec(String application, String description, List<Option<?>> options, List<Rule> rules) {
        this.application = application;
        this.description = description;
        this.options = List.copyOf(options);
        this.rules = List.copyOf(rules);
        this.names = new KnownNames(this.options);
    }

    /**
     * A specification.
     *
     * @param application the name of the application, for messages
     * @param options its options, in the order of help and explanation
     * @return the specification
     * @throws IllegalArgumentException when two options have the same name in some source
     */
    public static ConfigSpec of(String application, Option<?>... options) {
        return new ConfigSpec(Objects.requireNonNull(application, "application"), "", List.of(options), List.of());
    }

    /**
     * Adds a sentence for the help text.
     *
     * @param sentence what the application does
     * @return a copy with this description
     */
    public ConfigSpec withDescription(String sentence) {
        return new ConfigSpec(application, sentence, options, rules);
    }

    /**
     * Adds a condition between options, looked at when every option is good by itself.
     *
     * @param subject the option to blame
     * @param holds true for a good configuration
     * @param expected the words for it, which follow {@code expected:}, for instance {@code at most window.size}
     * @return a copy with this rule added
     * @throws IllegalArgumentException when the subject is no option of this specification
     */
    public ConfigSpec withRule(Option<?> subject, Predicate<? super Config> holds, String expected) {
        if (!has(subject)) {
            throw new IllegalArgumentException(
                    "subject: " + subject.key() + " (expected: an option of " + application + ")");
        }
        List<Rule> more = new ArrayList<>(rules);
        more.add(new Rule(subject, holds, expected));
        return new ConfigSpec(application, description, options, more);
    }

    /**
     * Loads from these arguments, the system properties and the environment of this process, and the file they name.
     *
     * <p>With {@code --help} or {@code --explain-config} the result says so, see {@link Config#helpRequested()} and
     * {@link Config#explainRequested()}; {@link #loadOrExplain} deals with both.
     *
     * @param args the arguments of {@code main}
     * @return the checked configuration
     * @throws ConfigException with all problems, when there are any
     */
    public Config load(String... args) {
        return ofThisProcess(args).load();
    }

    /**
     * As {@link #load}, and answers {@code --help} and {@code --explain-config} itself. With problems the explanation is
     * printed before the exception is thrown.
     *
     * <pre>{@code
     * Optional<Config> config = SPEC.loadOrExplain(args, System.out);
     * if (config.isEmpty()) {
     *     return; // help or the explanation has been printed
     * }
     * }</pre>
     *
     * @param args the arguments of {@code main}
     * @param out takes help or explanation
     * @return the checked configuration, or empty when only help or an explanation was wanted
     * @throws ConfigException with all problems, when there are any
     */
    public Optional<Config> loadOrExplain(String[] args, PrintStream out) {
        return ofThisProcess(args).loadOrExplain(out);
    }

    private ConfigLoader ofThisProcess(String[] args) {
        return loader().withArgs(args).withEnvironment(System.getenv()).withSystemProperties(System.getProperties());
    }

    /**
     * A loader that reads nothing but what it is given, for tests and for programs with sources of their own.
     *
     * @return a loader without any source: all values are defaults
     */
    public ConfigLoader loader() {
        return ConfigLoader.of(this);
    }

    /**
     * A table of all options: the name on the command line, the variable of the environment, the default, and what it
     * does.
     *
     * @return lines, each with a line feed behind
     */
    public String help() {
        return HelpText.of(application, description, options);
    }

    boolean has(Option<?> option) {
        // the same object, so that the type of the value is known to be right
        return options.stream().anyMatch(known -> known == option);
    }

    String application() {
        return application;
    }

    List<Option<?>> options() {
        return options;
    }

    List<Rule> rules() {
        return rules;
    }

    KnownNames names() {
        return names;
    }

    /** A condition between options. */
    record Rule(Option<?> subject, Predicate<? super Config> holds, String expected) {}
}
