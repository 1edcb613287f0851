package io.datastream.kafka.tool;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A command line taken apart: words, {@code --flag}, {@code --name value} and {@code --name=value}. */
final class Arguments {
    /**
     * The options of a command, without dashes.
     *
     * @param flags options without value
     * @param once options with a value
     * @param repeated options with a value that may be given several times
     */
    record Options(Set<String> flags, Set<String> once, Set<String> repeated) {
        boolean hasValue(String name) {
            return once.contains(name) || repeated.contains(name);
        }

        String all() {
            TreeSet<String> all = new TreeSet<>();
            flags.forEach(name -> all.add("--" + name));
            once.forEach(name -> all.add("--" + name));
            repeated.forEach(name -> all.add("--" + name));
            return String.join(", ", all);
        }
    }

    private final List<String> words = new ArrayList<>();
    private final Map<String, List<String>> values = new LinkedHashMap<>();

    private Arguments() {}

    /** @throws UsageException if an option is unknown, lacks its value, has one too many, or is given twice */
    static Arguments parse(List<String> line, Options options) {
        Arguments arguments = new Arguments();
        for (int i = 0; i < line.size(); i++) {
            String word = line.get(i);
            if (!word.startsWith("--")) {
                arguments.words.add(word);
                continue;
            }
            int equals = word.indexOf('=');
            String name = word.substring(2, equals < 0 ? word.length() : equals);
            if (options.flags().contains(name)) {
                if (equals >= 0) {
                    throw new UsageException(
                            "--" + name + ": \"" + word.substring(equals + 1) + "\" (expected: no value)");
                }
                arguments.values.put(name, List.of());
            } else if (!options.hasValue(name)) {
                throw new UsageException("--" + name + ": unknown option (expected: one of " + options.all() + ")");
            } else if (equals >= 0) {
                arguments.add(name, word.substring(equals + 1), options);
            } else if (i + 1 < line.size() && !line.get(i + 1).startsWith("--")) {
                i++;
                arguments.add(name, line.get(i), options);
            } else {
                throw new UsageException("--" + name + ": no value (expected: --" + name + " VALUE)");
            }
        }
        return arguments;
    }

    private void add(String name, String value, Options options) {
        List<String> all = values.computeIfAbsent(name, any -> new ArrayList<>());
        if (!all.isEmpty() && !options.repeated().contains(name)) {
            throw new UsageException(
                    "--" + name + ": given twice, \"" + all.get(0) + "\" and \"" + value + "\" (expected: once)");
        }
        all.add(value);
    }

    List<String> words() {
        return words;
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    /** The value of an option, or null. */
    @Nullable
    String one(String name) {
        List<String> all = values.get(name);
        return all == null ? null : all.get(0);
    }

    /** All values of an option. */
    List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    /** A whole number that an option gives. */
    int number(String name, int usual, int least) {
        String text = one(name);
        if (text == null) {
            return usual;
        }
        try {
            int number = Integer.parseInt(text);
            if (number >= least) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new UsageException("--" + name + ": " + text + " (expected: a whole number)", e);
        }
        throw new UsageException("--" + name + ": " + text + " (expected: " + least + " or more)");
    }
}
