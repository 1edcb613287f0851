package io.datastream.config;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads a YAML mapping as the tree that it is. Each value knows its line. */
final class YamlTree extends YamlReader {
    private Group top = new Group(new LinkedHashMap<>(), 1);

    private YamlTree(String file, String text, List<ConfigProblem> problems) {
        super(file, text, problems);
    }

    /** A part of the tree. */
    sealed interface Node {
        int line();
    }

    /** A value, as it was typed. */
    record Value(String text, int line) implements Node {
        @Override
        public String toString() {
            return "value from line " + line; // never the text: it may be a secret
        }
    }

    /** A name without a value. */
    record Nothing(int line) implements Node {}

    /** A sequence. */
    record Sequence(List<Node> elements, int line) implements Node {}

    /** A mapping. */
    record Group(Map<String, Node> members, int line) implements Node {}

    /** The tree of a text; nothing if it cannot be read as a whole, with the reason among the problems. */
    static Optional<Group> read(String file, String text, List<ConfigProblem> problems) {
        YamlTree tree = new YamlTree(file, text, problems);
        return tree.parse() ? Optional.of(tree.top) : Optional.empty();
    }

    @Override
    void top(YAMLParser parser) throws IOException, StopException {
        top = group(parser, "", 1);
    }

    private Group group(YAMLParser parser, String path, int depth) throws IOException, StopException {
        enter(parser, depth);
        int at = parser.currentTokenLocation().getLineNr();
        Map<String, Node> members = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            plain(parser);
            String name = parser.currentName();
            String child = path.isEmpty() ? name : path + "." + name;
            int line = parser.currentTokenLocation().getLineNr();
            parser.nextToken();
            Node value = node(parser, child, line, depth);
            if (members.putIfAbsent(name, value) != null) {
                problem(
                        Text.oneLine(child, Text.MAX_SHOWN),
                        "twice in the same mapping, again at " + origin(line),
                        "each key once");
            }
            if (problemsLeft <= 0) {
                fail(parser, "more problems", "fewer");
            }
        }
        return new Group(members, at);
    }

    private void enter(YAMLParser parser, int depth) throws StopException {
        plain(parser);
        if (depth > MAX_DEPTH) {
            fail(parser, "nested deeper than " + MAX_DEPTH, "less nesting");
        }
    }

    private Node node(YAMLParser parser, String path, int line, int depth) throws IOException, StopException {
        plain(parser);
        return switch (parser.currentToken()) {
            case START_OBJECT -> group(parser, path, depth + 1);
            case START_ARRAY -> {
                enter(parser, depth + 1);
                List<Node> elements = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    int at = parser.currentTokenLocation().getLineNr();
                    elements.add(node(parser, path, at, depth + 1));
                }
                yield new Sequence(elements, line);
            }
            case VALUE_NULL -> new Nothing(line);
            default -> new Value(parser.getText(), line);
        };
    }
}
