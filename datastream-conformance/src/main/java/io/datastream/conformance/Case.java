package io.datastream.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One row of a manifest.
 *
 * @param id its name
 * @param operator which operator it is about
 * @param params the operator's parameters
 * @param inputs file of each input, by role
 * @param outputs what is expected
 */
record Case(String id, String operator, JsonNode params, Map<String, Path> inputs, List<Output> outputs) {
    /**
     * What is expected of one output.
     *
     * @param name of the output
     * @param file the expected rows
     * @param key columns that tell the rows apart
     * @param ordered whether the rows must come in the file's order
     * @param columns the columns that are compared
     */
    record Output(String name, Path file, List<String> key, boolean ordered, List<Column> columns) {}

    /**
     * A column, and how near its values must come: {@code |actual - expected| <= atol + rtol * |expected|}.
     *
     * @param name of the column
     * @param type long, double or string
     * @param rtol relative tolerance
     * @param atol absolute tolerance
     */
    record Column(String name, String type, double rtol, double atol) {}

    /** The names of the columns of the main output. */
    List<String> columns() {
        return outputs.stream()
                .filter(output -> output.name().equals("out"))
                .flatMap(output -> output.columns().stream())
                .map(Column::name)
                .toList();
    }

    /** The file of an input that must be there. */
    Path input(String role) {
        Path file = inputs.get(role);
        if (file == null) {
            throw new NotSupportedException("input " + role + " is missing");
        }
        return file;
    }

    /** A parameter that must be there. */
    JsonNode param(String name) {
        return optional(name).orElseThrow(() -> new NotSupportedException("parameter " + name + " is missing"));
    }

    /** A parameter, if it is there and not null. */
    Optional<JsonNode> optional(String name) {
        JsonNode value = params.get(name);
        return value == null || value.isNull() ? Optional.empty() : Optional.of(value);
    }

    /** A whole number that must be there. */
    long number(String name) {
        return param(name).asLong();
    }

    /** A number that must be there. */
    double decimal(String name) {
        return param(name).asDouble();
    }

    /** A text that must be there. */
    String text(String name) {
        return param(name).asText();
    }

    /** Whether a parameter is there and true. */
    boolean flag(String name) {
        return optional(name).map(JsonNode::asBoolean).orElse(false);
    }
}
