package io.datastream.config;

import io.datastream.config.YamlTree.Group;
import io.datastream.config.YamlTree.Node;
import io.datastream.config.YamlTree.Nothing;
import io.datastream.config.YamlTree.Sequence;
import io.datastream.config.YamlTree.Value;
import io.datastream.secret.SecretSource;
import io.datastream.settings.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A tree of settings in a YAML file, for what is more than options of a program, such as rules and channels of alerts:
 *
 * <pre>{@code
 * AlertSettings alerts = YamlSettings.read(Path.of("alerts.yaml"), AlertFormat.create()::read);
 * }</pre>
 *
 * <p>The rules for the file are those of a file of options: UTF-8, at most 1 MiB, one mapping, nested at most 16 deep, without
 * aliases, anchors and tags. All problems are reported at once, each with file, line, path, what is there and what is
 * expected; secrets are never shown.
 */
public final class YamlSettings {
    private YamlSettings() {}

    /**
     * Reads a file and makes something of it.
     *
     * @param reader asks for what it knows; a name it did not ask for is a problem
     * @throws ConfigException if the file cannot be read, or anything in it is a problem
     */
    public static <T> T read(Path file, Function<? super Settings, ? extends T> reader) {
        String name = Text.oneLine(file.toString(), Text.MAX_SHOWN);
        List<ConfigProblem> problems = new ArrayList<>();
        Optional<Group> tree = Optional.empty();
        try {
            tree = YamlTree.read(name, TextFile.read(file.toString(), YamlReader.MAX_BYTES), problems);
        } catch (TextFile.UnreadableException unreadable) {
            problems.add(new ConfigProblem(name, unreadable.reason(), "a readable YAML file"));
        }
        if (tree.isPresent()) {
            Report report = new Report(name, problems);
            View top = new View("", tree.get(), report);
            T made = reader.apply(top);
            top.refuseUnknown();
            if (problems.isEmpty()) {
                return made;
            }
        }
        throw new ConfigException(name, problems);
    }

    /** Takes problems, the first of each path. */
    private record Report(String file, List<ConfigProblem> problems, Set<String> paths) {
        Report(String file, List<ConfigProblem> problems) {
            this(file, problems, new HashSet<>());
        }

        void add(String path, String found, String expected) {
            if (paths.add(path)) {
                problems.add(new ConfigProblem(Text.oneLine(path, Text.MAX_SHOWN), found, expected));
            }
        }

        String from(Node node) {
            return " from " + file + " line " + node.line();
        }
    }

    /** A group of the file. */
    private static final class View implements Settings {
        private final String path;
        private final Group group;
        private final Report report;
        private final Set<String> asked = new LinkedHashSet<>();
        private final Set<String> secrets = new HashSet<>();
        private final Map<String, View> views = new LinkedHashMap<>();

        View(String path, Group group, Report report) {
            this.path = path;
            this.group = group;
            this.report = report;
        }

        private String pathOf(String name) {
            return path.isEmpty() ? name : path + "." + name;
        }

        private @Nullable Node find(String name) {
            asked.add(name);
            Node node = group.members().get(name);
            if (node instanceof Nothing) {
                report.add(
                        pathOf(name), "no value" + report.from(node), "a value; leave the name out to leave it unset");
            }
            return node;
        }

        @Override
        public String path() {
            return path;
        }

        @Override
        public List<String> names() {
            return List.copyOf(group.members().keySet());
        }

        @Override
        public boolean has(String name) {
            return find(name) != null;
        }

        @Override
        public boolean isGroup(String name) {
            return find(name) instanceof Group;
        }

        private <T> Optional<T> value(String name, ValueType<T> type) {
            Node node = find(name);
            return node == null || node instanceof Nothing ? Optional.empty() : value(pathOf(name), node, type);
        }

        private <T> Optional<T> value(String at, Node node, ValueType<T> type) {
            String hint = "";
            if (node instanceof Value value) {
                try {
                    return Optional.of(type.read(Raw.text(value.text(), report.from(node))));
                } catch (BadValueException refused) {
                    hint = refused.hint();
                }
            }
            report.add(at, shown(node, false), type.expected() + hint);
            return Optional.empty();
        }

        /** What a message shows of a part of the file. */
        private String shown(Node node, boolean hidden) {
            String what = node instanceof Value value ? hidden ? Secret.MASK : Text.quote(value.text()) : kind(node);
            return what + report.from(node);
        }

        private static String kind(Node node) {
            if (node instanceof Group) {
                return "a group";
            }
            return node instanceof Sequence ? "a list" : "no value";
        }

        @Override
        public Optional<String> text(String name) {
            return value(name, ScalarTypes.STRING);
        }

        @Override
        public Optional<Double> number(String name) {
            return value(name, ScalarTypes.NUMBER);
        }

        @Override
        public Optional<Integer> integer(String name) {
            return value(name, ScalarTypes.INTEGER);
        }

        @Override
        public Optional<Duration> duration(String name) {
            return value(name, ScalarTypes.DURATION);
        }

        @Override
        public Optional<Boolean> flag(String name) {
            return value(name, ScalarTypes.BOOL);
        }

        @Override
        public <E extends Enum<E>> Optional<E> choice(String name, Class<E> type) {
            return value(name, ScalarTypes.choice(type));
        }

        @Override
        public List<String> texts(String name) {
            Node node = find(name);
            if (!(node instanceof Sequence sequence)) {
                return node == null || node instanceof Nothing
                        ? List.of()
                        : value(pathOf(name), node, ScalarTypes.STRING).stream().toList();
            }
            List<String> texts = new ArrayList<>();
            int number = 0;
            for (Node element : sequence.elements()) {
                value(pathOf(name) + "[" + number++ + "]", element, ScalarTypes.STRING)
                        .ifPresent(texts::add);
            }
            return texts;
        }

        @Override
        public Optional<SecretSource> secret(String name) {
            List<SecretSource> found = new ArrayList<>();
            asked.add(name);
            secrets.add(name);
            if (group.members().get(name) instanceof Group members) {
                View inner = view(name, members);
                inner.text("file").map(file -> SecretSource.file(Path.of(file))).ifPresent(found::add);
                inner.text("environment").map(SecretSource::environment).ifPresent(found::add);
            } else if (group.members().get(name) instanceof Value value
                    && !value.text().isBlank()) {
                found.add(SecretSource.of(value.text()));
            }
            text(name + ".file").map(file -> SecretSource.file(Path.of(file))).ifPresent(found::add);
            text(name + ".environment").map(SecretSource::environment).ifPresent(found::add);
            if (found.size() == 1) {
                return Optional.of(found.get(0));
            }
            if (has(name) || !found.isEmpty()) {
                Node node = group.members().get(name);
                report.add(
                        pathOf(name),
                        (found.isEmpty() ? "no secret" : "several secrets") + (node == null ? "" : report.from(node)),
                        "one of a text, a file, an environment variable");
            }
            return Optional.empty();
        }

        private View view(String name, Group inner) {
            return views.computeIfAbsent(name, any -> new View(pathOf(name), inner, report));
        }

        @Override
        public Optional<Settings> group(String name) {
            Node node = find(name);
            if (node instanceof Group inner) {
                return Optional.of(view(name, inner));
            }
            if (node != null) {
                report.add(pathOf(name), shown(node, true), "a group of settings");
            }
            return Optional.empty();
        }

        @Override
        public List<Settings> groups(String name) {
            Node node = find(name);
            if (node == null) {
                return List.of();
            }
            if (!(node instanceof Sequence sequence)) {
                report.add(pathOf(name), shown(node, true), "a list of groups");
                return List.of();
            }
            List<Settings> groups = new ArrayList<>();
            for (int i = 0; i < sequence.elements().size(); i++) {
                String key = name + "[" + i + "]";
                Node element = sequence.elements().get(i);
                if (element instanceof Group inner) {
                    groups.add(views.computeIfAbsent(key, any -> new View(pathOf(key), inner, report)));
                } else {
                    report.add(pathOf(key), shown(element, true), "a group of settings");
                }
            }
            return groups;
        }

        @Override
        public void refuse(String name, String expected) {
            Node node = find(name);
            String found =
                    node == null ? "not set, in the group" + report.from(group) : shown(node, secrets.contains(name));
            report.add(pathOf(name), found, expected);
        }

        /** Values of unknown names are not shown: one may be a secret whose name is misspelt. */
        void refuseUnknown() {
            String expected = asked.stream()
                    .filter(known -> known.indexOf('.') < 0)
                    .collect(Collectors.joining(", ", asked.isEmpty() ? "nothing here" : "one of ", ""));
            group.members().forEach((name, node) -> {
                if (!asked.contains(name)) {
                    report.add(pathOf(name), "unknown" + report.from(node), expected + Similar.hint(name, asked));
                }
            });
            views.values().forEach(View::refuseUnknown);
        }
    }
}
