package io.datastream.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of one run: a checked value for each option, and where it came from.
 *
 * <p>Made by {@link ConfigSpec#load}. Immutable and thread-safe; reading a value is a look into a map.
 */
public final class Config {
    private final ConfigSpec spec;
    private final Map<String, Outcome> outcomes;
    private final String file;
    private final boolean helpRequested;
    private final boolean explainRequested;

    Config(
            ConfigSpec spec,
            Map<String, Outcome> outcomes,
            String file,
            boolean helpRequested,
            boolean explainRequested) {
        this.spec = spec;
        this.outcomes = new LinkedHashMap<>(outcomes);
        this.file = file;
        this.helpRequested = helpRequested;
        this.explainRequested = explainRequested;
    }

    /**
     * The value of an option that is required or has a default.
     *
     * @param option an option of the specification, the same object
     * @param <T> the type of its value
     * @return the value
     * @throws IllegalArgumentException when the specification does not have this option
     * @throws IllegalStateException when the option has no value: it is optional and not set (use {@link #find}), or only
     *     help was asked for
     */
    public <T> T get(Option<T> option) {
        return find(option)
                .orElseThrow(() -> new IllegalStateException("get(" + option.key() + "): "
                        + (helpRequested
                                ? "only --help was asked for, so nothing was read; look at helpRequested() first"
                                : "not set; use find, or give the option a default or make it required")));
    }

    /**
     * The value of an option that may be absent.
     *
     * @param option an option of the specification, the same object
     * @param <T> the type of its value
     * @return the value, empty when no source gives one and there is no default
     * @throws IllegalArgumentException when the specification does not have this option
     */
    @SuppressWarnings("unchecked") // the outcome was made by this very option
    public <T> Optional<T> find(Option<T> option) {
        return outcome(option).map(outcome -> (T) outcome.value());
    }

    /**
     * Where a value came from: {@code command line --window-size}, {@code system property datastream.window.size},
     * {@code environment WINDOW_SIZE}, {@code pipeline.yaml line 3}, {@code file /run/secrets/password named by ...},
     * {@code default}.
     *
     * @param option an option of the specification, the same object
     * @return the words for it, empty when the option is not set
     * @throws IllegalArgumentException when the specification does not have this option
     */
    public Optional<String> origin(Option<?> option) {
        return outcome(option).map(Outcome::origin).filter(origin -> !origin.isEmpty());
    }

    private Optional<Outcome> outcome(Option<?> option) {
        if (!spec.has(option)) {
            throw new IllegalArgumentException("option: " + option.key() + " (expected: an option object given to the"
                    + " ConfigSpec of " + spec.application() + ")");
        }
        return Optional.ofNullable(outcomes.get(option.key()));
    }

    /**
     * Whether {@code --explain-config} was given: the caller prints {@link #explain()} and does no work.
     *
     * @return true when only an explanation is wanted
     */
    public boolean explainRequested() {
        return explainRequested;
    }

    /**
     * Whether {@code --help} or {@code -h} was given: the caller prints {@link ConfigSpec#help()} and does no work.
     * Nothing else was read then, and no option has a value.
     *
     * @return true when only help is wanted
     */
    public boolean helpRequested() {
        return helpRequested;
    }

    /**
     * Every value and its origin, a line each, in the order of the options: {@code window.size = 1m (environment
     * WINDOW_SIZE)}, with two spaces before the bracket. Values that lost are named behind it. Secrets are masked.
     *
     * @return lines, each with a line feed behind
     */
    public String explain() {
        StringBuilder text = new StringBuilder("Configuration of " + spec.application()
                + ": command line over system properties over environment over file over defaults\n");
        text.append("config = ").append(file).append('\n');
        outcomes.forEach((key, outcome) ->
                text.append(key).append(" = ").append(outcome.explain()).append('\n'));
        return text.toString();
    }

    /** The text of {@link #explain()}. */
    @Override
    public String toString() {
        return explain();
    }

    Outcome outcomeOf(Option<?> option) {
        return outcome(option).orElseGet(() -> Outcome.without("not set"));
    }
}
