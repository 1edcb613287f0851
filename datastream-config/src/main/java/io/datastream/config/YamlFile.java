package io.datastream.config;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a YAML mapping, nested or with dotted keys, as texts by key.
 *
 * <p>A key twice is refused, besides all that {@link YamlReader} refuses.
 */
final class YamlFile extends YamlReader {
    private final KnownNames names;
    private final Layer layer = new Layer();
    private final Map<String, Integer> lines = new HashMap<>();

    private YamlFile(String file, String text, KnownNames names, List<ConfigProblem> problems) {
        super(file, text, problems);
        this.names = names;
    }

    @Override
    void top(YAMLParser parser) throws IOException, StopException {
        mapping(parser, "", 1);
    }

    /**
     * Reads a file.
     *
     * @return what it says; nothing when it is not readable as a whole, with the reason among the problems
     */
    static Optional<Layer> read(Raw path, KnownNames names, List<ConfigProblem> problems) {
        String text;
        try {
            text = TextFile.read(path.text(), MAX_BYTES);
        } catch (TextFile.UnreadableException unreadable) {
            problems.add(new ConfigProblem(
                    Names.CONFIG, path.found(false) + ", " + unreadable.reason(), "a readable YAML file"));
            return Optional.empty();
        }
        YamlFile file = new YamlFile(Text.oneLine(path.text(), Text.MAX_SHOWN), text, names, problems);
        return file.parse() ? Optional.of(file.layer) : Optional.empty();
    }

    private void mapping(YAMLParser parser, String prefix, int depth) throws IOException, StopException {
        plain(parser);
        if (depth > MAX_DEPTH) {
            fail(parser, "nested deeper than " + MAX_DEPTH, "keys such as kafka: {broker: ...}");
        }
        Set<String> seen = new HashSet<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            plain(parser);
            String name = parser.currentName();
            String path = prefix.isEmpty() ? name : prefix + "." + name;
            int line = parser.currentTokenLocation().getLineNr();
            boolean isNew = seen.add(name);
            if (!isNew) {
                problem(names.shown(path), "twice in the same mapping, again at " + origin(line), "each key once");
            }
            parser.nextToken();
            value(parser, path, line, depth, isNew);
            if (problemsLeft <= 0) {
                problems.add(new ConfigProblem(file, "more problems behind " + place(line), "fewer"));
                throw new StopException();
            }
        }
    }

    private void value(YAMLParser parser, String path, int line, int depth, boolean isNew)
            throws IOException, StopException {
        plain(parser);
        Optional<Option<?>> option = names.option(path);
        switch (parser.currentToken()) {
            case START_OBJECT -> {
                if (option.isPresent() && !names.isGroup(path)) {
                    problem(path, "a mapping from " + origin(line), expected(path, option.get()));
                    parser.skipChildren();
                } else {
                    mapping(parser, path, depth + 1);
                }
            }
            case START_ARRAY -> {
                List<String> elements = sequence(parser, path, line);
                if (isNew) {
                    given(path, line, Raw.elements(elements, origin(line)));
                }
            }
            case VALUE_NULL -> {
                if (option.isPresent()) {
                    problem(
                            path,
                            "no value from " + origin(line),
                            expected(path, option.get())
                                    + "; leave the key out to leave it unset, quote text that starts with #");
                } else if (!names.isGroup(path)) {
                    unknown(path, "no value from " + origin(line));
                }
            }
            default -> {
                if (isNew) {
                    given(path, line, Raw.text(parser.getText(), origin(line)));
                }
            }
        }
    }

    private List<String> sequence(YAMLParser parser, String path, int line) throws IOException, StopException {
        List<String> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            plain(parser);
            JsonToken token = parser.currentToken();
            if (token.isScalarValue() && token != JsonToken.VALUE_NULL) {
                elements.add(parser.getText());
            } else {
                String what = token == JsonToken.VALUE_NULL ? "an element without value" : "a list in a list";
                if (token == JsonToken.START_OBJECT) {
                    what = "a mapping in a list";
                }
                fail(parser, what + " below " + names.shown(path) + " of line " + line, "a list of plain values");
            }
        }
        return elements;
    }

    private void given(String path, int line, Raw value) {
        if (!names.isKnown(path)) {
            unknown(path, value.found(names.maySecret(path)));
            return;
        }
        Integer before = lines.putIfAbsent(path, line);
        if (before == null) {
            layer.put(path, value);
        } else {
            problem(path, "twice in " + file + ", " + place(before) + " and " + place(line), "each key once");
        }
    }

    private void unknown(String path, String found) {
        String hint =
                names.nearest(path).map(key -> "; did you mean " + key + "?").orElse("");
        problem(names.shown(path), found, "a known key" + hint);
    }

    private String expected(String path, Option<?> option) {
        return names.isFileKey(path) ? "a file" : option.expected();
    }
}
