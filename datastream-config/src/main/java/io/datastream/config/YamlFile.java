package io.datastream.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a YAML mapping, nested or with dotted keys, as texts by key.
 *
 * <p>The file is read as a stream of tokens and never as objects, values stay the text that was typed, and what could
 * hide something or grow is refused: aliases, anchors, tags, a key twice, deep nesting, a second document. The parts of
 * a parser's message that quote the file are dropped, since they may hold a secret.
 */
final class YamlFile {
    static final int MAX_BYTES = 1 << 20;
    static final int MAX_DEPTH = 16;
    static final int MAX_PROBLEMS = 50;

    private static final YAMLFactory FACTORY = new YAMLFactory();
    private static final Pattern MARK = Pattern.compile("(?m)^ in 'reader', line (\\d+), column (\\d+):");

    private final String file;
    private final KnownNames names;
    private final List<ConfigProblem> problems;
    private final Layer layer = new Layer();
    private final Map<String, Integer> lines = new HashMap<>();
    private final String text;
    private final int[] codePoints;
    private int problemsLeft = MAX_PROBLEMS;

    private YamlFile(String file, String text, KnownNames names, List<ConfigProblem> problems) {
        this.file = file;
        this.text = text;
        this.codePoints = text.codePoints().toArray(); // the parser counts them, not chars
        this.names = names;
        this.problems = problems;
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

    private boolean parse() {
        if (!onlyText()) {
            return false;
        }
        try (YAMLParser parser = FACTORY.createParser(text)) {
            JsonToken token = parser.nextToken();
            if (token == JsonToken.START_OBJECT) {
                mapping(parser, "", 1);
                token = parser.nextToken();
                if (token != null) {
                    fail(parser, "a second document", "one document");
                }
            } else if (token != null && token != JsonToken.VALUE_NULL) {
                fail(parser, "no mapping", "key: value");
            }
            return true;
        } catch (StopException stop) {
            return false;
        } catch (JsonProcessingException malformed) {
            // not kept as a cause: its message quotes the file
            syntax(malformed);
            return false;
        } catch (IOException unexpected) {
            throw new IllegalStateException(file + ": reading from memory failed", unexpected);
        }
    }

    /** The parser reports such characters without their place. */
    private boolean onlyText() {
        int line = 1;
        int lineStart = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n') {
                line++;
                lineStart = i + 1;
            } else if (Character.isISOControl(c) && c != '\t' && c != '\r' && c != '\u0085') {
                problem(
                        file,
                        place(line, i - lineStart + 1) + ": character " + String.format("U+%04X", (int) c),
                        "text");
                return false;
            }
        }
        return true;
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

    /**
     * Refuses what makes a value something else than the text that stands there. Such marks start the value; the parser
     * itself does not tell the anchor of a plain value.
     */
    private void plain(YAMLParser parser) throws StopException {
        long offset = parser.currentTokenLocation().getCharOffset();
        String mark = offset < codePoints.length ? Character.toString(codePoints[(int) offset]) : "";
        switch (mark) {
            case "*" -> fail(parser, "an alias", "a plain value; quote text that starts with *");
            case "&" -> fail(parser, "an anchor", "a plain value; quote text that starts with &");
            case "!" -> fail(parser, "a tag", "a plain value; quote text that starts with !");
            default -> {}
        }
    }

    private void fail(YAMLParser parser, String found, String expected) throws StopException {
        var location = parser.currentTokenLocation();
        problem(file, place(location.getLineNr(), location.getColumnNr()) + ": " + found, expected);
        throw new StopException();
    }

    private void syntax(JsonProcessingException malformed) {
        String message = malformed.getOriginalMessage();
        int line = malformed.getLocation() == null ? 1 : malformed.getLocation().getLineNr();
        int column =
                malformed.getLocation() == null ? 1 : malformed.getLocation().getColumnNr();
        String reason = message == null ? "" : message;
        Matcher mark = MARK.matcher(reason);
        int end = -1;
        while (mark.find()) {
            end = mark.start();
            line = Integer.parseInt(mark.group(1));
            column = Integer.parseInt(mark.group(2));
        }
        if (end > 0) {
            // the line before the last mark; quoted lines of the file are indented
            reason = reason.substring(0, end - 1);
            reason = reason.substring(reason.lastIndexOf('\n') + 1);
        }
        problem(file, place(line, column) + ": " + withoutQuotes(reason), "valid YAML");
    }

    private static String withoutQuotes(String reason) {
        if (reason.startsWith("Expected a field name")) {
            return "a key that is not plain text";
        }
        int handle = reason.indexOf("found undefined tag handle");
        return Text.oneLine(handle >= 0 ? "a tag; quote text that starts with !" : reason, Text.MAX_SHOWN);
    }

    private void problem(String name, String found, String expected) {
        problemsLeft--;
        problems.add(new ConfigProblem(name, found, expected));
    }

    private String origin(int line) {
        return file + " line " + line;
    }

    private static String place(int line) {
        return "line " + line;
    }

    private static String place(int line, int column) {
        return String.format(Locale.ROOT, "line %d column %d", line, column);
    }

    /** Ends the reading of a file whose problem is already noted. */
    private static final class StopException extends Exception {
        private static final long serialVersionUID = 1L;

        StopException() {
            super("stopped", null, false, false);
        }
    }
}
