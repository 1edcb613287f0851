package io.datastream.config;

import java.util.ArrayList;
import java.util.List;

/** Writes the table of options. */
final class HelpText {
    private static final String GAP = "  ";

    private HelpText() {}

    static String of(String application, String description, List<Option<?>> options) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("option", "environment", "default", "description"));
        for (Option<?> option : options) {
            rows.add(row(option));
            if (option.isConfidential()) {
                String file = option.key() + KnownNames.FILE;
                rows.add(List.of(
                        Names.flag(file) + "=PATH",
                        Names.environment(file),
                        "-",
                        "A file that holds the value of " + option.key() + "."));
            }
        }
        rows.add(List.of(
                "--" + Names.CONFIG + "=PATH",
                Names.ENVIRONMENT_PREFIX + Names.environment(Names.CONFIG),
                "-",
                "A YAML file with values for the options."));
        rows.add(List.of("--" + Names.EXPLAIN, "", "", "Print every value and where it came from, and end."));
        rows.add(List.of("--" + Names.HELP, "", "", "Print this text, and end."));

        StringBuilder text = new StringBuilder("Usage: " + application + " [--option=value ...]\n");
        if (!description.isEmpty()) {
            text.append(description).append('\n');
        }
        text.append('\n');
        table(rows, text);
        return text.append("\nCommand line over system properties (-D")
                .append(Names.PROPERTY_PREFIX)
                .append("key=value) over environment over file over defaults.\n")
                .toString();
    }

    private static <T> List<String> row(Option<T> option) {
        String name = Names.flag(option.key());
        String ifUnset = option.defaultValue().map(option::show).orElse(option.isRequired() ? "(required)" : "-");
        String what = option.description().isEmpty() ? "" : option.description() + " ";
        return List.of(
                option.isFlag() ? name : name + "=" + option.placeholder(),
                Names.environment(option.key()),
                ifUnset.isEmpty() ? "(empty)" : ifUnset,
                what + "(" + option.expected() + ")");
    }

    private static void table(List<List<String>> rows, StringBuilder text) {
        int columns = rows.get(0).size();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < columns; column++) {
                line.append(GAP).append(padded(row.get(column), width(rows, column)));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
    }

    private static int width(List<List<String>> rows, int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }

    private static String padded(String cell, int width) {
        return cell + " ".repeat(width - cell.length());
    }
}
