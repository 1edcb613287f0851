package io.datastream.examples.guides;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * All Java code of the documents is code that the build compiles: each block follows {@code <!-- snippet: name -->} and is
 * either the region of this name, between {@code // region: name} and {@code // endregion}, of some test, or the imports
 * and class of an example, if the name is that of its file.
 */
class SnippetsTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern REGION = Pattern.compile("(?ms)^ *// region: (\\S+)\\n(.*?)\\n *// endregion$");
    private static final Pattern BLOCK = Pattern.compile("(?ms)(?:^<!-- snippet: (\\S+) -->\\n)?^```java\\n(.*?)^```$");

    private static final Map<String, List<String>> CODE = new HashMap<>();

    @BeforeAll
    static void readCode() throws IOException {
        for (Path file : files(ROOT, ".java")) {
            if (file.toString().contains("/src/test/")) {
                readRegions(Files.readString(file));
            } else if (file.startsWith(ROOT.resolve("datastream-examples"))) {
                String source = Files.readString(file);
                put(file.getFileName().toString(), source.substring(Math.max(0, source.indexOf("import "))));
            }
        }
    }

    private static void readRegions(String source) {
        Matcher region = REGION.matcher(source);
        while (region.find()) {
            put(region.group(1), region.group(2).stripIndent() + "\n");
        }
    }

    private static void put(String name, String code) {
        CODE.computeIfAbsent(name, any -> new ArrayList<>()).add(code);
    }

    private static List<Path> files(Path folder, String ending) throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path entered, BasicFileAttributes attributes) {
                boolean built = entered.endsWith("target") || entered.endsWith(".git");
                return built ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.toString().endsWith(ending)) {
                    found.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return found;
    }

    static List<Path> documents() throws IOException {
        return files(ROOT, ".md");
    }

    /** What is wrong with the blocks of a document, each with its line. */
    private static List<String> problems(String document, Map<String, List<String>> code) {
        List<String> problems = new ArrayList<>();
        Matcher block = BLOCK.matcher(document);
        while (block.find()) {
            long line = document.substring(0, block.start(2)).lines().count();
            String name = block.group(1);
            List<String> known = name == null ? List.of() : code.getOrDefault(name, List.of());
            if (name == null) {
                problems.add(
                        "line " + line + ": Java code without a mark (expected: <!-- snippet: name --> before it)");
            } else if (known.isEmpty()) {
                problems.add("line " + line + ": snippet " + name + " (expected: the name of a region of a test)");
            } else if (!known.contains(block.group(2))) {
                problems.add("line " + line + ": snippet " + name + " differs from the code (expected: "
                        + String.join(" or ", known) + ")");
            }
        }
        return problems;
    }

    @ParameterizedTest
    @MethodSource("documents")
    void showsCodeThatIsCompiled(Path document) throws IOException {
        assertThat(problems(Files.readString(document), CODE))
                .as("%s", document)
                .isEmpty();
    }

    @Test
    void seesCodeThatIsNotCompiled() {
        String document = """
                # Title
                <!-- snippet: good -->
                ```java
                int a;
                ```
                <!-- snippet: old -->
                ```java
                int b;
                ```

                ```java
                int c;
                ```
                <!-- snippet: none -->
                ```java
                int d;
                ```
                """;
        Map<String, List<String>> code = Map.of("good", List.of("int a;\n"), "old", List.of("long b;\n"));
        assertThat(problems(document, code))
                .containsExactly(
                        "line 7: snippet old differs from the code (expected: long b;\n)",
                        "line 11: Java code without a mark (expected: <!-- snippet: name --> before it)",
                        "line 15: snippet none (expected: the name of a region of a test)");
    }
}
