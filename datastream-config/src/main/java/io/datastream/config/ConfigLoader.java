package io.datastream.config;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Loads a configuration from sources that are given one by one.
 *
 * <pre>{@code
 * Config config = SPEC.loader().withEnvironment(Map.of("WINDOW_SIZE", "1m")).load();
 * }</pre>
 *
 * <p>A loader from {@link ConfigSpec#loader()} looks at nothing of the process, so a test depends on no machine. Sources
 * are copied when they are given; every {@code with} gives a changed copy. Immutable and thread-safe.
 */
public final class ConfigLoader {
    private final ConfigSpec spec;
    private final List<String> args;
    private final Map<String, String> environment;
    private final Map<String, String> systemProperties;
    private final @Nullable Path file;

    private ConfigLoader(
            ConfigSpec spec,
            List<String> args,
            Map<String, String> environment,
            Map<String, String> systemProperties,
            @Nullable Path file) {
        this.spec = spec;
        this.args = List.copyOf(args);
        this.environment = new TreeMap<>(environment);
        this.systemProperties = new TreeMap<>(systemProperties);
        this.file = file;
    }

    static ConfigLoader of(ConfigSpec spec) {
        return new ConfigLoader(spec, List.of(), Map.of(), Map.of(), null);
    }

    /**
     * Sets the command line.
     *
     * @param arguments as {@code main} gets them
     * @return a copy with these arguments
     */
    public ConfigLoader withArgs(String... arguments) {
        return new ConfigLoader(spec, List.of(arguments), environment, systemProperties, file);
    }

    /**
     * Sets the environment. A variable with an empty value counts as not set.
     *
     * @param variables as {@link System#getenv()} gives them
     * @return a copy with this environment
     */
    public ConfigLoader withEnvironment(Map<String, String> variables) {
        return new ConfigLoader(spec, args, variables, systemProperties, file);
    }

    /**
     * Sets the system properties.
     *
     * @param properties as {@link System#getProperties()} gives them; values that are not text are left out
     * @return a copy with these properties
     */
    public ConfigLoader withSystemProperties(Properties properties) {
        Map<String, String> texts = new TreeMap<>();
        for (String name : properties.stringPropertyNames()) {
            texts.put(name, properties.getProperty(name));
        }
        return new ConfigLoader(spec, args, environment, texts, file);
    }

    /**
     * Sets the YAML file that is read when command line, system properties and environment name none. It must exist.
     *
     * @param path the file
     * @return a copy with this file
     */
    public ConfigLoader withFile(Path path) {
        return new ConfigLoader(spec, args, environment, systemProperties, path);
    }

    /**
     * Loads; see {@link ConfigSpec#load}.
     *
     * @return the checked configuration
     * @throws ConfigException with all problems, when there are any
     */
    public Config load() {
        List<ConfigProblem> problems = new ArrayList<>();
        Config config = gather(problems);
        throwIfAny(problems);
        return config;
    }

    /**
     * Loads, and answers {@code --help} and {@code --explain-config}; see {@link ConfigSpec#loadOrExplain}.
     *
     * @param out takes help or explanation
     * @return the checked configuration, or empty when only help or an explanation was wanted
     * @throws ConfigException with all problems, when there are any
     */
    public Optional<Config> loadOrExplain(PrintStream out) {
        List<ConfigProblem> problems = new ArrayList<>();
        Config config = gather(problems);
        if (config.helpRequested()) {
            out.print(spec.help());
        } else if (config.explainRequested()) {
            out.print(config.explain());
        }
        out.flush();
        throwIfAny(problems);
        return config.helpRequested() || config.explainRequested() ? Optional.empty() : Optional.of(config);
    }

    private void throwIfAny(List<ConfigProblem> problems) {
        if (!problems.isEmpty()) {
            throw new ConfigException(spec.application(), problems);
        }
    }

    /** The configuration with what is good, for an explanation; it may be handed out only without problems. */
    private Config gather(List<ConfigProblem> problems) {
        CommandLine line = CommandLine.parse(spec.names(), args, problems);
        if (line.helpRequested()) {
            problems.clear();
            return new Config(spec, Map.of(), "", true, false);
        }
        ProcessSources process = new ProcessSources(spec.names(), problems);
        List<Layer> layers = new ArrayList<>();
        layers.add(line.layer());
        layers.addAll(process.systemProperties(systemProperties));
        layers.addAll(process.environment(environment));

        Optional<Raw> configFile = configFile(line);
        boolean complete = true;
        if (configFile.isPresent()) {
            Optional<Layer> layer = YamlFile.read(configFile.get(), spec.names(), problems);
            layer.ifPresent(layers::add);
            complete = layer.isPresent();
        }

        Map<String, Outcome> outcomes = new LinkedHashMap<>();
        Resolver resolver = new Resolver(layers, complete, problems);
        for (Option<?> option : spec.options()) {
            outcomes.put(option.key(), resolver.resolve(option));
        }
        String shownFile = configFile
                .map(raw -> Text.oneLine(raw.text(), Integer.MAX_VALUE) + "  (" + raw.origin() + ")")
                .orElse("(not set)");
        Config config = new Config(spec, outcomes, shownFile, false, line.explainRequested());
        if (problems.isEmpty()) {
            applyRules(config, problems);
        }
        return config;
    }

    private void applyRules(Config config, List<ConfigProblem> problems) {
        for (ConfigSpec.Rule rule : spec.rules()) {
            if (!rule.holds().test(config)) {
                Outcome outcome = config.outcomeOf(rule.subject());
                problems.add(new ConfigProblem(rule.subject().key(), outcome.found(), rule.expected()));
            }
        }
    }

    private Optional<Raw> configFile(CommandLine line) {
        String property = Names.PROPERTY_PREFIX + Names.CONFIG;
        String variable = Names.ENVIRONMENT_PREFIX + Names.environment(Names.CONFIG);
        return line.config()
                .or(() -> Optional.ofNullable(systemProperties.get(property))
                        .map(path -> Raw.text(path, "system property " + property)))
                .or(() -> Optional.ofNullable(environment.get(variable))
                        .filter(path -> !path.isEmpty())
                        .map(path -> Raw.text(path, "environment " + variable)))
                .or(() -> Optional.ofNullable(file).map(path -> Raw.text(path.toString(), "given by the program")));
    }
}
