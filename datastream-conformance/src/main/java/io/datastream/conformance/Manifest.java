package io.datastream.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the {@code manifest.json} of a folder: an array of cases, whose files lie in the folder. */
final class Manifest {
    private static final String FILE = "manifest.json";

    private Manifest() {}

    static List<Case> read(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            throw new IOException("conformance: " + folder + " (expected: a folder with a file " + FILE + ")");
        }
        JsonNode rows = new ObjectMapper().readTree(file.toFile());
        if (!rows.isArray()) {
            throw new IOException(file + ": " + rows.getNodeType() + " (expected: an array of cases)");
        }
        List<Case> cases = new ArrayList<>();
        for (JsonNode row : rows) {
            cases.add(readCase(folder, row));
        }
        return cases;
    }

    private static Case readCase(Path folder, JsonNode row) {
        Map<String, Path> inputs = new LinkedHashMap<>();
        for (JsonNode input : row.required("inputs")) {
            inputs.put(input.required("role").asText(), file(folder, input));
        }
        List<Case.Output> outputs = new ArrayList<>();
        for (JsonNode output : row.required("outputs")) {
            List<String> key = new ArrayList<>();
            output.required("key").forEach(column -> key.add(column.asText()));
            List<Case.Column> columns = new ArrayList<>();
            for (JsonNode column : output.required("columns")) {
                columns.add(new Case.Column(
                        column.required("name").asText(),
                        column.required("type").asText(),
                        column.path("rtol").asDouble(),
                        column.path("atol").asDouble()));
            }
            outputs.add(new Case.Output(
                    output.required("name").asText(),
                    file(folder, output),
                    key,
                    output.required("ordered").asBoolean(),
                    columns));
        }
        return new Case(
                row.required("id").asText(),
                row.required("operator").asText(),
                row.required("params"),
                inputs,
                outputs);
    }

    private static Path file(Path folder, JsonNode of) {
        return folder.resolve(of.required("file").asText());
    }
}
