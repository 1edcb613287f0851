package io.datastream.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.secret.SecretSource;
import io.datastream.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class YamlSettingsTest {
    @TempDir
    Path folder;

    private <T> T read(String text, Function<Settings, T> reader) {
        return YamlSettings.read(Loading.write(folder, "plant.yaml", text), reader);
    }

    private List<String> problems(String text, Function<Settings, ?> reader) {
        try {
            read(text, reader);
        } catch (ConfigException wrong) {
            return wrong.problems().stream()
                    .map(problem -> problem.toString().replace(folder + "/", ""))
                    .toList();
        }
        return List.of();
    }

    @Test
    void readsEachKindOfValue() {
        String text = """
                name: 010
                limit: 9.5
                rows: 7
                rest: 1m30s
                cold: off
                day: Sunday
                tags: [a, "b c"]
                one: a
                """;
        List<Object> values = read(
                text,
                settings -> List.of(
                        settings.text("name").orElseThrow(),
                        settings.number("limit").orElseThrow(),
                        settings.integer("rows").orElseThrow(),
                        settings.duration("rest").orElseThrow(),
                        settings.flag("cold").orElseThrow(),
                        settings.choice("day", DayOfWeek.class).orElseThrow(),
                        settings.texts("tags"),
                        settings.texts("one"),
                        settings.text("absent")));
        assertThat(values)
                .containsExactly(
                        "010",
                        9.5,
                        7,
                        Duration.ofSeconds(90),
                        false,
                        DayOfWeek.SUNDAY,
                        List.of("a", "b c"),
                        List.of("a"),
                        Optional.empty());
    }

    @Test
    void readsGroupsAndListsOfGroups() {
        String text = """
                pumps:
                  b.2: {most: 3}
                  a: {most: 4}
                stops:
                  - {at: north}
                  - {at: south}
                """;
        List<String> found = read(text, settings -> {
            Settings pumps = settings.group("pumps").orElseThrow();
            List<String> all = new ArrayList<>();
            for (String name : pumps.names()) {
                Settings pump = pumps.group(name).orElseThrow();
                all.add(pump.path() + " " + pump.integer("most").orElseThrow());
            }
            settings.groups("stops")
                    .forEach(stop -> all.add(stop.path() + " " + stop.text("at").orElseThrow()));
            return all;
        });
        assertThat(found).containsExactly("pumps.b.2 3", "pumps.a 4", "stops[0] north", "stops[1] south");
    }

    @Test
    void tellsAllProblemsWithTheirPlaces() {
        String text = """
                pump:
                  most: many
                  rest: 5
                  colour: red
                stops: here
                speed:
                """;
        assertThat(problems(text, settings -> {
                    Settings pump = settings.group("pump").orElseThrow();
                    pump.number("most");
                    pump.refuse("most", "said before");
                    pump.duration("rest");
                    pump.refuse("name", "a name");
                    settings.groups("stops");
                    settings.number("speed");
                    return "";
                }))
                .containsExactly(
                        "pump.most: \"many\" from plant.yaml line 2 (expected: a number such as 3, 0.5, 1e-3)",
                        "pump.rest: \"5\" from plant.yaml line 3 (expected: a duration such as 30s, 5m, PT1M)",
                        "pump.name: not set, in the group from plant.yaml line 2 (expected: a name)",
                        "stops: ****** from plant.yaml line 5 (expected: a list of groups)",
                        "speed: no value from plant.yaml line 6"
                                + " (expected: a value; leave the name out to leave it unset)",
                        "pump.colour: unknown from plant.yaml line 4 (expected: one of most, rest, name)");
    }

    @Test
    void hintsAtTheNameThatWasMeant() {
        assertThat(problems("chanels: {}", settings -> settings.has("channels")))
                .containsExactly("chanels: unknown from plant.yaml line 1"
                        + " (expected: one of channels; did you mean channels?)");
    }

    @Test
    void readsSecretsFromTextsFilesAndTheEnvironmentAndShowsTheirPlaceOnly() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "from a file\n");
        String text = """
                plain: from the text
                group: {file: %1$s}
                dotted.file: %1$s
                variable: {environment: PATH}
                """.formatted(secret);
        List<SecretSource> secrets = read(
                text,
                settings -> List.of(
                        settings.secret("plain").orElseThrow(),
                        settings.secret("group").orElseThrow(),
                        settings.secret("dotted").orElseThrow(),
                        settings.secret("variable").orElseThrow()));
        assertThat(secrets.subList(0, 3))
                .extracting(SecretSource::reveal)
                .containsExactly("from the text", "from a file", "from a file");
        assertThat(secrets.get(3)).hasToString("environment variable PATH");
        assertThat(secrets.toString()).doesNotContain("from");
    }

    @Test
    void showsNoSecretInAProblem() {
        String text = """
                password: hunter2
                pasword: hunter2
                token: [hunter2]
                key: {file: a, environment: B}
                """;
        assertThat(problems(text, settings -> {
                    settings.secret("password");
                    settings.refuse("password", "a better one");
                    settings.secret("token");
                    return settings.secret("key");
                }))
                .hasSize(4)
                .noneMatch(problem -> problem.contains("hunter2"))
                .contains(
                        "password: ****** from plant.yaml line 1 (expected: a better one)",
                        "key: several secrets from plant.yaml line 4"
                                + " (expected: one of a text, a file, an environment variable)");
    }

    @Test
    void refusesWhatHidesOrGrows() {
        assertThat(problems("a: &x {b: 1}\nc: *x\n", settings -> ""))
                .hasSize(1)
                .first()
                .asString()
                .contains("an anchor");
        assertThat(problems("a: !!java.net.URL [x]\n", settings -> ""))
                .first()
                .asString()
                .contains("a tag");
        assertThat(problems("a: " + "[".repeat(100_000), settings -> ""))
                .first()
                .asString()
                .contains("nested deeper");
        assertThat(problems("a: 1\na: 2\n", settings -> settings.text("a")))
                .containsExactly("a: twice in the same mapping, again at plant.yaml line 2 (expected: each key once)");
    }

    @Test
    void namesAFileThatIsNotThere() {
        assertThatThrownBy(() -> YamlSettings.read(folder.resolve("none.yaml"), settings -> ""))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("none.yaml: no such file (expected: a readable YAML file)");
    }

    @Test
    void readsAnEmptyFileAsNoSettings() {
        List<String> names = read("# nothing\n", settings -> settings.names());
        assertThat(names).isEmpty();
    }
}
