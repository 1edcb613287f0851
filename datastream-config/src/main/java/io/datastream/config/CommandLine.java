package io.datastream.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the arguments of {@code main}: {@code --name=value}, {@code --name value}, {@code --flag}.
 *
 * <p>The argument behind a name is its value unless it starts with two dashes; behind the name of a flag, unless it
 * starts with one. An unknown name takes its value along, so that one slip is one problem.
 */
final class CommandLine {
    private final KnownNames names;
    private final List<ConfigProblem> problems;
    private final Layer layer = new Layer();
    private @Nullable Raw config;
    private boolean helpRequested;
    private boolean explainRequested;
    private boolean secretSeen;

    private CommandLine(KnownNames names, List<ConfigProblem> problems) {
        this.names = names;
        this.problems = problems;
    }

    static CommandLine parse(KnownNames names, List<String> arguments, List<ConfigProblem> problems) {
        CommandLine line = new CommandLine(names, problems);
        int at = 0;
        while (at < arguments.size()) {
            at = line.take(arguments, at);
        }
        return line;
    }

    Layer layer() {
        return layer;
    }

    Optional<Raw> config() {
        return Optional.ofNullable(config);
    }

    boolean helpRequested() {
        return helpRequested;
    }

    boolean explainRequested() {
        return explainRequested;
    }

    /** Takes the argument there, and its value; gives the place of the next. */
    private int take(List<String> arguments, int at) {
        String argument = arguments.get(at);
        if (argument.equals("--" + Names.HELP) || argument.equals("-h")) {
            helpRequested = true;
            return at + 1;
        }
        if (argument.equals("--" + Names.EXPLAIN)) {
            explainRequested = true;
            return at + 1;
        }
        if (!argument.startsWith("--") || argument.equals("--")) {
            stray(argument);
            return at + 1;
        }
        int equals = argument.indexOf('=');
        if (equals >= 0) {
            name(argument.substring(0, equals), argument.substring(equals + 1));
            return at + 1;
        }
        if (at + 1 < arguments.size() && isValue(arguments.get(at + 1), isFlag(argument))) {
            name(argument, arguments.get(at + 1));
            return at + 2;
        }
        name(argument, null);
        return at + 1;
    }

    private static boolean isValue(String next, boolean behindFlag) {
        return !next.startsWith(behindFlag ? "-" : "--") && !next.equals("-h");
    }

    private boolean isFlag(String argument) {
        return names.keyOfFlag(argument.substring(2))
                .flatMap(names::option)
                .map(Option::isFlag)
                .orElse(false);
    }

    private void name(String argument, @Nullable String value) {
        String typed = argument.substring(2);
        Optional<String> known = names.keyOfFlag(typed);
        if (typed.equals(Names.CONFIG)) {
            config(value);
        } else if (known.isPresent()) {
            known(known.get(), argument, value);
        } else {
            unknown(typed, value);
        }
    }

    private void config(@Nullable String value) {
        String origin = "command line --" + Names.CONFIG;
        if (value == null) {
            problems.add(new ConfigProblem(Names.CONFIG, "no value from " + origin, "a file"));
        } else if (config != null) {
            problems.add(new ConfigProblem(Names.CONFIG, "given more than once on the command line", "one file"));
        } else {
            config = Raw.text(value, origin);
        }
    }

    private void known(String key, String argument, @Nullable String value) {
        Option<?> option = names.option(key).orElseThrow();
        boolean isFile = names.isFileKey(key);
        secretSeen |= names.isHidden(key);
        String origin = "command line " + argument;
        if (value == null && !option.isFlag()) {
            problems.add(new ConfigProblem(key, "no value from " + origin, isFile ? "a file" : option.expected()));
            return;
        }
        Raw given = Raw.text(value == null ? "true" : value, origin);
        Optional<Raw> before = layer.get(key);
        if (before.isEmpty()) {
            layer.put(key, given);
        } else if (option.isList() && !isFile) {
            List<String> parts = new ArrayList<>(List.of(before.get().text(), given.text()));
            parts.removeIf(String::isBlank);
            layer.put(key, Raw.text(String.join(",", parts), origin));
        } else {
            problems.add(new ConfigProblem(key, "given more than once on the command line", "one value"));
        }
    }

    private void unknown(String typed, @Nullable String value) {
        boolean hidden = names.maySecret(typed);
        secretSeen |= hidden;
        List<String> candidates = new ArrayList<>(names.keys());
        candidates.addAll(List.of(Names.CONFIG, Names.EXPLAIN, Names.HELP));
        String hint = Similar.nearest(typed, candidates)
                .map(key -> "; did you mean " + Names.flag(key) + "?")
                .orElse("");
        String shown = "--" + names.shown(typed);
        String found = value == null
                ? "given on the command line"
                : Raw.text(value, "command line").found(hidden);
        problems.add(new ConfigProblem(shown, found, "a known option" + hint));
    }

    private void stray(String argument) {
        // half of a secret with a space in it must not be shown
        String shown = secretSeen ? Secret.MASK : Text.quote(argument);
        problems.add(new ConfigProblem(
                "command line", shown + " stands alone", "options that start with --, such as --name=value"));
    }
}
