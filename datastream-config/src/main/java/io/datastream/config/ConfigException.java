package io.datastream.config;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A configuration that cannot be used, with all of its problems.
 *
 * <p>The message has a first line with their number and then one line for each problem, ready to be printed to the
 * person who started the program. Secrets are not in it, and it has no cause, because the messages of parsers quote
 * what they read.
 */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ConfigProblem[] problems;

    ConfigException(String application, List<ConfigProblem> problems) {
        super(message(application, problems));
        this.problems = problems.toArray(new ConfigProblem[0]);
    }

    /**
     * All problems, at least one: those of the command line first, then of system properties, environment and file, then
     * those of the options in the order of their declaration.
     *
     * @return an unmodifiable list
     */
    public List<ConfigProblem> problems() {
        return List.of(problems);
    }

    private static String message(String application, List<ConfigProblem> problems) {
        String count = problems.size() == 1 ? "1 problem" : problems.size() + " problems";
        return problems.stream()
                .map(problem -> "\n  " + problem)
                .collect(Collectors.joining("", count + " in the configuration of " + application + ":", ""));
    }
}
