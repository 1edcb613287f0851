package io.datastream.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The published modules: where their classes come from and which other modules they may use. */
final class Modules {
    static final String CORE = "datastream-core";

    /** What a module may use besides itself; a module that is missing here fails the tests. */
    static final Map<String, Set<String>> MAY_USE = Stream.of(
                    CORE,
                    "datastream-testkit",
                    "datastream-formats-json",
                    "datastream-formats-csv",
                    "datastream-formats-avro",
                    "datastream-formats-parquet",
                    "datastream-formats-protobuf",
                    "datastream-config",
                    "datastream-files-hadoop",
                    "datastream-kafka",
                    "datastream-processors",
                    "datastream-alerts",
                    "datastream-alerts-mail",
                    "datastream-sinks-jdbc",
                    "datastream-sinks-influxdb",
                    "datastream-sinks-http",
                    "datastream-sources-http",
                    "datastream-sources-jdbc",
                    "datastream-sources-mqtt",
                    "datastream-tracing",
                    "datastream-sinks-redis",
                    "datastream-sinks-cassandra",
                    "datastream-monitor")
            .collect(Collectors.toUnmodifiableMap(
                    module -> module, module -> module.equals(CORE) ? Set.<String>of() : Set.of(CORE)));

    static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.datastream");

    private static final Pattern ARTIFACT = Pattern.compile("datastream-[a-z]+(?:-[a-z]+)*");

    private Modules() {}

    /** The module a class, or the element class of an array, was loaded from; nothing for the JDK and libraries. */
    static Optional<String> of(JavaClass type) {
        JavaClass element = type.getBaseComponentType();
        return element.getPackageName().startsWith("io.datastream")
                ? element.getSource().flatMap(source -> of(source.getUri().toString()))
                : Optional.empty();
    }

    /**
     * The module in the address of a class file: the last folder or jar named after an artifact, be it
     * {@code datastream-core/target/classes/..}, {@code datastream-core-0.1.0.jar!/..} or a local repository.
     */
    static Optional<String> of(String uri) {
        int inside = uri.indexOf("io/datastream/", Math.max(uri.indexOf("!/"), uri.indexOf("/classes/")));
        Matcher matcher = ARTIFACT.matcher(inside < 0 ? uri : uri.substring(0, inside));
        Optional<String> last = Optional.empty();
        while (matcher.find()) {
            last = Optional.of(matcher.group());
        }
        return last;
    }
}
