package io.datastream.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads one document of YAML, whose top is a mapping.
 *
 * <p>The text is read as a stream of tokens and never as objects, values stay the text that was typed, and what could
 * hide something or grow is refused: aliases, anchors, tags, deep nesting, a second document. The parts of a parser's
 * message that quote the file are dropped, since they may hold a secret.
 */
abstract class YamlReader {
    static final int MAX_BYTES = 1 << 20;
    static final int MAX_DEPTH = 16;
    static final int MAX_PROBLEMS = 50;

    private static final YAMLFactory FACTORY = new YAMLFactory();
    private static final Pattern MARK = Pattern.compile("(?m)^ in 'reader', line (\\d+), column (\\d+):");

    final String file;
    final List<ConfigProblem> problems;
    private final String text;
    private final int[] codePoints;
    int problemsLeft = MAX_PROBLEMS;

    YamlReader(String file, String text, List<ConfigProblem> problems) {
        this.file = file;
        this.text = text;
        this.codePoints = text.codePoints().toArray(); // the parser counts them, not chars
        this.problems = problems;
    }

    /** Takes the mapping at the top, which the parser stands at the start of. */
    abstract void top(YAMLParser parser) throws IOException, StopException;

    /** Whether the document could be read as a whole; if not, the reason is among the problems. */
    final boolean parse() {
        if (!onlyText()) {
            return false;
        }
        try (YAMLParser parser = FACTORY.createParser(text)) {
            JsonToken token = parser.nextToken();
            if (token == JsonToken.START_OBJECT) {
                top(parser);
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

    /**
     * Refuses what makes a value something else than the text that stands there. Such marks start the value; the parser
     * itself does not tell the anchor of a plain value.
     */
    final void plain(YAMLParser parser) throws StopException {
        long offset = parser.currentTokenLocation().getCharOffset();
        String mark = offset < codePoints.length ? Character.toString(codePoints[(int) offset]) : "";
        switch (mark) {
            case "*" -> fail(parser, "an alias", "a plain value; quote text that starts with *");
            case "&" -> fail(parser, "an anchor", "a plain value; quote text that starts with &");
            case "!" -> fail(parser, "a tag", "a plain value; quote text that starts with !");
            default -> {}
        }
    }

    final void fail(YAMLParser parser, String found, String expected) throws StopException {
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

    final void problem(String name, String found, String expected) {
        problemsLeft--;
        problems.add(new ConfigProblem(name, found, expected));
    }

    final String origin(int line) {
        return file + " line " + line;
    }

    static String place(int line) {
        return "line " + line;
    }

    static String place(int line, int column) {
        return String.format(Locale.ROOT, "line %d column %d", line, column);
    }

    /** Ends the reading of a file whose problem is already noted. */
    static final class StopException extends Exception {
        private static final long serialVersionUID = 1L;

        StopException() {
            super("stopped", null, false, false);
        }
    }
}
