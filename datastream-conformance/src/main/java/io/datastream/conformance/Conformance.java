package io.datastream.conformance;

import io.datastream.conformance.Report.Outcome;
import io.datastream.conformance.Report.Result;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs all cases of a folder and prints a line for each, then a table by operator. */
public final class Conformance {
    private final Path folder;
    private final PrintStream out;

    Conformance(Path folder, PrintStream out) {
        this.folder = folder;
        this.out = out;
    }

    /**
     * Runs the cases of the folder named by the only argument. Exits with 1 if a case of a supported operator fails.
     *
     * @throws IOException if the folder's manifest cannot be read
     */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 1) {
            throw new IllegalArgumentException(
                    "arguments: " + arguments.length + " (expected: one, a folder with a manifest.json)");
        }
        Report report = new Conformance(Path.of(arguments[0]), System.out).run();
        if (!report.failed().isEmpty()) {
            System.exit(1);
        }
    }

    Report run() throws IOException {
        List<Result> results = new ArrayList<>();
        for (Case test : Manifest.read(folder)) {
            Result result = run(test);
            out.println(result.line());
            results.add(result);
        }
        Report report = new Report(results);
        out.println();
        report.table().forEach(out::println);
        return report;
    }

    private static Result run(Case test) {
        long start = System.nanoTime();
        Optional<Operators.Operator> operator = Operators.of(test.operator());
        if (operator.isEmpty()) {
            return result(test, Outcome.NOT_SUPPORTED, "operator " + test.operator(), start);
        }
        try {
            Optional<String> difference = difference(test, operator.get().run(test));
            return result(test, difference.isEmpty() ? Outcome.PASSED : Outcome.FAILED, difference.orElse(""), start);
        } catch (NotSupportedException e) {
            return result(test, Outcome.NOT_SUPPORTED, e.what(), start);
        } catch (IOException | RuntimeException e) {
            return result(test, Outcome.FAILED, e.toString(), start);
        }
    }

    private static Optional<String> difference(Case test, Map<String, List<Map<String, Object>>> actual)
            throws IOException {
        for (Case.Output output : test.outputs()) {
            List<Map<String, Object>> rows = actual.get(output.name());
            if (rows == null) {
                throw new NotSupportedException("output " + output.name());
            }
            Optional<String> difference = new Comparison(output, Table.read(output.file())).difference(rows);
            if (difference.isPresent()) {
                return difference.map(text -> output.name() + ": " + text);
            }
        }
        return Optional.empty();
    }

    private static Result result(Case test, Outcome outcome, String detail, long start) {
        return new Result(test, outcome, detail, (System.nanoTime() - start) / 1_000_000);
    }
}
