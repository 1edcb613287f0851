package io.datastream.kafka.tool;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The commands: what they are called, take and do. */
enum Command {
    TOPICS("topics", "topics NAME", "the topics that a pipeline reads, and those that are its own"),
    LAG("lag", "lag NAME", "how far a pipeline has come in each partition, and who runs it"),
    PLAN(
            "plan",
            "plan --pipeline CLASS#MEMBER [--jar PATH]... [--mermaid]",
            "the plan of a pipeline: a public static method without parameters, or a field; needs no broker"),
    RESET(
            "reset",
            "reset NAME --to-beginning | --to-time TIME [--yes]",
            "lets a stopped pipeline start anew at a place: its state goes, its results stay"),
    DELETE("delete", "delete NAME [--yes]", "deletes a stopped pipeline's own topics and its positions"),
    LIST(
            "dead-letters list",
            "dead-letters list TOPIC [CHOICE]... [--limit N]",
            "dead letters or late records, and how many of each kind"),
    REPLAY(
            "dead-letters replay",
            "dead-letters replay TOPIC CHOICE... | --all [--limit N] [--dry-run]",
            "writes the original records of chosen letters to where they came from, all or none");

    private static final Set<String> BROKER = Set.of("broker", "properties", "timeout");
    private static final Set<String> CHOICE = Set.of("step", "error", "of", "since", "limit");

    final String words;
    final String usage;
    final String purpose;

    Command(String words, String usage, String purpose) {
        this.words = words;
        this.usage = usage;
        this.purpose = purpose;
    }

    /** The command that a line begins with. */
    static Command of(List<String> line) {
        for (Command command : values()) {
            List<String> words = List.of(command.words.split(" "));
            if (line.size() >= words.size() && line.subList(0, words.size()).equals(words)) {
                return command;
            }
        }
        String given = line.isEmpty() ? "no command" : "\"" + line.get(0) + "\"";
        throw new UsageException(given + " (expected: one of "
                + Stream.of(values()).map(command -> command.words).collect(Collectors.joining(", ")) + ")");
    }

    Arguments.Options options() {
        Set<String> flags = new HashSet<>(Set.of("json"));
        Set<String> once = new HashSet<>(this == PLAN ? Set.of("pipeline") : BROKER);
        Set<String> repeated = new HashSet<>();
        switch (this) {
            case TOPICS, LAG -> {}
            case PLAN -> {
                flags.add("mermaid");
                repeated.add("jar");
            }
            case RESET -> {
                flags.addAll(Set.of("to-beginning", "yes"));
                once.add("to-time");
            }
            case DELETE -> flags.add("yes");
            case LIST -> {
                once.addAll(CHOICE);
                repeated.add("offset");
            }
            case REPLAY -> {
                flags.addAll(Set.of("all", "dry-run"));
                once.addAll(CHOICE);
                repeated.add("offset");
            }
        }
        return new Arguments.Options(flags, once, repeated);
    }

    /** What its one word names, if it has one. */
    String subject() {
        return usage.contains(" NAME") ? "NAME" : usage.contains(" TOPIC") ? "TOPIC" : "";
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
