package io.datastream.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the value of an option among the layers, and checks it. Values that lose are not checked. */
final class Resolver {
    private static final int MAX_SECRET_BYTES = 1 << 16;

    private final List<Layer> layers;
    private final boolean complete;
    private final List<ConfigProblem> problems;

    /**
     * A resolver.
     *
     * @param layers from the strongest to the weakest
     * @param complete false when a source could not be read, so that a missing value is no problem of its own
     * @param problems takes what is wrong
     */
    Resolver(List<Layer> layers, boolean complete, List<ConfigProblem> problems) {
        this.layers = List.copyOf(layers);
        this.complete = complete;
        this.problems = problems;
    }

    <T> Outcome resolve(Option<T> option) {
        List<Candidate> candidates = candidates(option);
        if (candidates.isEmpty()) {
            return option.defaultValue()
                    .map(value -> new Outcome(value, option.show(value), Outcome.DEFAULT, List.of()))
                    .orElseGet(() -> absent(option));
        }
        Candidate winner = candidates.get(0);
        List<String> losers = candidates.stream()
                .skip(1)
                .map(candidate -> candidate.raw().origin())
                .toList();
        Optional<Raw> raw = winner.isFile() ? content(option, winner.raw()) : Optional.of(winner.raw());
        if (raw.isPresent()) {
            try {
                T value = option.read(raw.get());
                return new Outcome(value, option.show(value), raw.get().origin(), losers);
            } catch (BadValueException bad) {
                problems.add(new ConfigProblem(
                        option.key(), raw.get().found(option.isConfidential()), option.expected() + bad.hint()));
            }
        }
        return new Outcome(null, "(invalid)", winner.raw().origin(), losers);
    }

    private List<Candidate> candidates(Option<?> option) {
        List<Candidate> candidates = new ArrayList<>();
        String fileKey = option.key() + KnownNames.FILE;
        for (Layer layer : layers) {
            Optional<Raw> direct = layer.get(option.key());
            Optional<Raw> file = option.isConfidential() ? layer.get(fileKey) : Optional.empty();
            if (direct.isPresent() && file.isPresent() && candidates.isEmpty()) {
                problems.add(new ConfigProblem(
                        option.key(),
                        "given twice, from " + direct.get().origin() + " and "
                                + file.get().origin(),
                        "one of them"));
            }
            direct.ifPresent(raw -> candidates.add(new Candidate(raw, false)));
            file.ifPresent(raw -> candidates.add(new Candidate(raw, true)));
        }
        return candidates;
    }

    private Outcome absent(Option<?> option) {
        if (!option.isRequired()) {
            return Outcome.without("not set");
        }
        String key = option.key();
        boolean isKnown = problems.stream().anyMatch(problem -> problem.name().equals(key));
        if (complete && !isKnown) {
            problems.add(new ConfigProblem(
                    key,
                    "not set",
                    option.expected() + "; give " + Names.flag(key) + ", " + Names.environment(key) + ", or " + key
                            + " in the file"));
        }
        return Outcome.without("missing");
    }

    private Optional<Raw> content(Option<?> option, Raw path) {
        String key = option.key() + KnownNames.FILE;
        if (path.sequence()) {
            problems.add(new ConfigProblem(key, path.found(true), "one file"));
            return Optional.empty();
        }
        try {
            String text = TextFile.read(path.text(), MAX_SECRET_BYTES);
            String origin = "file " + Text.oneLine(path.text(), Text.MAX_SHOWN) + " named by " + path.origin();
            return Optional.of(Raw.text(withoutLineBreak(text), origin));
        } catch (TextFile.UnreadableException unreadable) {
            String found = path.found(!looksLikePath(path.text())) + ", " + unreadable.reason();
            problems.add(new ConfigProblem(key, found, "a readable file"));
            return Optional.empty();
        }
    }

    /** Somebody may have put the secret itself where the path of its file belongs. */
    private static boolean looksLikePath(String text) {
        return text.startsWith("/")
                || text.startsWith("./")
                || text.startsWith("../")
                || text.matches("[A-Za-z]:\\\\.*");
    }

    private static String withoutLineBreak(String text) {
        if (text.endsWith("\r\n")) {
            return text.substring(0, text.length() - 2);
        }
        return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }

    /** A value, or the path of the file that holds it. */
    private record Candidate(Raw raw, boolean isFile) {}
}
