package io.datastream.mqtt;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A topic filter whose levels may have names, such as {@code sensors/{site}/{sensor}}; a name stands for one level. */
final class TopicPattern implements Serializable {
    private static final long serialVersionUID = 1L;

    private static final String ANY = "+";
    private static final String REST = "#";
    private static final String SHARED = "$share/";
    private static final Pattern NAME = Pattern.compile("\\{[A-Za-z_][A-Za-z0-9_]*}");

    private final String text;
    private final String filter;
    private final ArrayList<String> levels;

    private TopicPattern(String text, String filter, ArrayList<String> levels) {
        this.text = text;
        this.filter = filter;
        this.levels = levels;
    }

    static TopicPattern of(String text) {
        PacketWriter.checkText("topic", text);
        String prefix = "";
        if (text.startsWith(SHARED)) {
            int end = text.indexOf('/', SHARED.length());
            if (end <= SHARED.length()) {
                throw wrong(text);
            }
            prefix = text.substring(0, end + 1);
        }
        ArrayList<String> levels =
                new ArrayList<>(List.of(text.substring(prefix.length()).split("/", -1)));
        List<String> wire = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < levels.size(); i++) {
            String level = levels.get(i);
            if (isName(level)) {
                if (names.contains(level)) {
                    throw wrong(text);
                }
                names.add(level);
                wire.add(ANY);
            } else if (level.equals(ANY) || (level.equals(REST) && i == levels.size() - 1)) {
                wire.add(level);
            } else if (level.contains(ANY) || level.contains(REST) || level.contains("{") || level.contains("}")) {
                throw wrong(text);
            } else {
                wire.add(level);
            }
        }
        if (levels.equals(List.of(""))) {
            throw wrong(text);
        }
        return new TopicPattern(text, prefix + String.join("/", wire), levels);
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException(
                "topic: \"" + text + "\" (expected: such as sensors/{site}/+ or plant/#: each"
                        + " name once, and each wildcard or name a whole level)");
    }

    private static boolean isName(String level) {
        return NAME.matcher(level).matches();
    }

    /** What the broker is asked for. */
    String filter() {
        return filter;
    }

    /** The levels that have names, by their names; null if the topic is another one. */
    @Nullable
    Map<String, String> match(String topic) {
        String[] actual = topic.split("/", -1);
        String first = levels.get(0);
        if (topic.startsWith("$") && (first.equals(ANY) || first.equals(REST) || isName(first))) {
            return null; // the broker's own topics are asked for by name only
        }
        Map<String, String> fields = new LinkedHashMap<>();
        for (int i = 0; i < levels.size(); i++) {
            String level = levels.get(i);
            if (level.equals(REST)) {
                return fields;
            }
            if (i == actual.length) {
                return null;
            }
            if (isName(level)) {
                fields.put(level.substring(1, level.length() - 1), actual[i]);
            } else if (!level.equals(ANY) && !level.equals(actual[i])) {
                return null;
            }
        }
        return levels.size() == actual.length ? fields : null;
    }

    @Override
    public String toString() {
        return text;
    }
}
