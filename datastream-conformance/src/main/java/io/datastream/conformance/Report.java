package io.datastream.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What became of the cases of a folder. */
final class Report {
    /** What became of a case. */
    enum Outcome {
        PASSED("passed"),
        FAILED("FAILED"),
        NOT_SUPPORTED("not supported");

        private final String text;

        Outcome(String text) {
            this.text = text;
        }
    }

    /**
     * What became of one case.
     *
     * @param test the case
     * @param outcome what became of it
     * @param detail the first difference, or what is not supported; empty for a case that passed
     * @param millis how long it took
     */
    record Result(Case test, Outcome outcome, String detail, long millis) {
        /** One line for people. */
        String line() {
            String line = String.format("%-13s  %s  %d ms", outcome.text, test.id(), millis);
            return detail.isEmpty() ? line : line + "  " + detail;
        }
    }

    private final List<Result> results;

    Report(List<Result> results) {
        this.results = List.copyOf(results);
    }

    List<Result> results() {
        return results;
    }

    List<Result> failed() {
        return results.stream()
                .filter(result -> result.outcome() == Outcome.FAILED)
                .toList();
    }

    /** How many cases came out like that. */
    long count(Outcome outcome) {
        return results.stream().filter(result -> result.outcome() == outcome).count();
    }

    /** A line for each operator, in order of their names, and one for all. */
    List<String> table() {
        Map<String, List<Result>> byOperator = results.stream()
                .collect(Collectors.groupingBy(result -> result.test().operator(), TreeMap::new, Collectors.toList()));
        List<String> lines = new ArrayList<>();
        lines.add(String.format("%-32s %8s %8s %14s", "operator", "passed", "failed", "not supported"));
        byOperator.forEach((name, ofOperator) -> lines.add(new Report(ofOperator).row(name)));
        lines.add(row("all"));
        return lines;
    }

    private String row(String name) {
        return String.format(
                "%-32s %8d %8d %14d", name, count(Outcome.PASSED), count(Outcome.FAILED), count(Outcome.NOT_SUPPORTED));
    }
}
