package io.datastream.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Chains that compile and chains that must not: one snippet a file, the reason in its first line. */
class ChainsTest {
    private static final Path CHAINS = Path.of("src/test/resources/chains");

    private static final String FRAME = """
            import io.datastream.*;
            import io.datastream.aggregate.*;
            import io.datastream.error.*;
            import io.datastream.function.*;
            import io.datastream.processor.*;
            import io.datastream.runtime.*;
            import io.datastream.sink.*;
            import io.datastream.source.*;
            import io.datastream.time.*;
            import java.time.*;
            class Snippet {
                record Reading(String sensor, Instant time, double value) {}
                static void chain(
                        ListSource<Reading> connector,
                        Source<Reading> source,
                        Sink<Object> any,
                        KeyedProcessor<String, Reading, long[], Long> counting) {
                    %s
                }
            }
            """;

    static Stream<Path> wrong() throws IOException {
        return snippets("wrong");
    }

    static Stream<Path> right() throws IOException {
        return snippets("right");
    }

    private static Stream<Path> snippets(String kind) throws IOException {
        try (Stream<Path> files = Files.list(CHAINS.resolve(kind))) {
            return files.sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void aWrongChainDoesNotCompile(Path snippet) {
        assertThat(errors(snippet)).as("%s", read(snippet)).isNotEmpty();
    }

    @ParameterizedTest
    @MethodSource("right")
    void aRightChainCompiles(Path snippet) {
        assertThat(errors(snippet)).as("%s", read(snippet)).isEmpty();
    }

    private static String read(Path snippet) {
        try {
            return Files.readString(snippet);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> errors(Path snippet) {
        String source = FRAME.formatted(read(snippet));
        JavaFileObject file =
                new SimpleJavaFileObject(URI.create("string:///Snippet.java"), JavaFileObject.Kind.SOURCE) {
                    @Override
                    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                        return source;
                    }
                };
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> found = new DiagnosticCollector<>();
        List<String> options =
                List.of("-proc:none", "-classpath", System.getProperty("java.class.path"), "--release", "17");
        boolean compiled = compiler.getTask(
                        new StringWriter(), null, found, withoutOutput(options), null, List.of(file))
                .call();
        List<String> errors = found.getDiagnostics().stream()
                .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
                .map(Object::toString)
                .toList();
        assertThat(compiled).isEqualTo(errors.isEmpty());
        return errors;
    }

    private static List<String> withoutOutput(List<String> options) {
        return Stream.concat(options.stream(), Stream.of("-d", System.getProperty("java.io.tmpdir")))
                .toList();
    }
}
