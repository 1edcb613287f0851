package io.datastream.fuzz;

import io.datastream.config.Config;
import io.datastream.config.ConfigException;
import io.datastream.config.ConfigSpec;
import io.datastream.config.Option;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The program: a million documents for each format, of which most are broken. Ends with 1 when a format crashes, hangs, takes
 * more memory than it says, or reads something else than what is there; the document lies in {@code target/fuzz} then.
 *
 * <pre>{@code
 * mvn -Pfuzz -Dfuzz.formats=avro,parquet-file -Dfuzz.documents=1000000 -Dfuzz.seed=7
 * }</pre>
 */
public final class Fuzz {
    private static final int PROBLEM = 1;
    private static final int USAGE = 2;
    private static final String ALL = "all";

    private static final Option<String> FORMATS = Option.string("fuzz.formats")
            .withDefault(ALL)
            .withDescription("which formats, with commas between; all of: " + String.join(", ", Targets.names()));
    private static final Option<Long> DOCUMENTS = Option.longInteger("fuzz.documents")
            .withDefault(1_000_000L)
            .withDescription("how many documents for each format");
    private static final Option<Long> SEED =
            Option.longInteger("fuzz.seed").withDefault(1L).withDescription("seed of the first document");
    private static final Option<Path> FOLDER = Option.path("fuzz.folder")
            .withDefault(Path.of("target", "fuzz"))
            .withDescription("takes documents with which something went wrong");

    private static final ConfigSpec SPEC = ConfigSpec.of("fuzz", FORMATS, DOCUMENTS, SEED, FOLDER)
            .withDescription("Broken documents for every codec and file format.");

    private Fuzz() {}

    /** Takes the options that {@code --help} lists, also as system properties. */
    public static void main(String[] args) throws IOException, InterruptedException {
        Optional<Config> config;
        try {
            config = SPEC.loadOrExplain(args, System.out);
        } catch (ConfigException e) {
            System.err.println(e.getMessage());
            System.exit(USAGE);
            return;
        }
        if (config.isEmpty()) {
            return;
        }
        List<String> names = names(config.get().get(FORMATS));
        if (!Targets.names().containsAll(names)) {
            System.err.println("fuzz.formats: " + names + " (expected: all, or some of "
                    + String.join(", ", Targets.names()) + ")");
            System.exit(USAGE);
            return;
        }
        System.exit(run(names, config.get(), System.out) ? 0 : PROBLEM);
    }

    private static boolean run(List<String> names, Config config, PrintStream out)
            throws IOException, InterruptedException {
        boolean good = true;
        for (String name : names) {
            Target target = Targets.of(name);
            try {
                Figures figures = new FuzzRun(target, config.get(SEED), config.get(DOCUMENTS)).run();
                out.println(figures);
            } catch (FuzzException e) {
                good = false;
                Path file = config.get(FOLDER).resolve(name + "-" + e.seed() + ".bin");
                Files.createDirectories(config.get(FOLDER));
                Files.write(file, e.document());
                out.println(e.getMessage());
                if (e.getCause() != null) {
                    e.getCause().printStackTrace(out);
                }
                out.printf(
                        Locale.ROOT, "  document: %s%n  repeat: %s%n", file.toAbsolutePath(), command(name, e.seed()));
            }
        }
        return good;
    }

    private static List<String> names(String formats) {
        return formats.equals(ALL)
                ? Targets.names()
                : Arrays.stream(formats.split(",")).map(String::strip).toList();
    }

    /** What repeats a document. */
    static String command(String name, long seed) {
        return "mvn -Pfuzz -Dfuzz.formats=" + name + " -Dfuzz.documents=1 -Dfuzz.seed=" + seed;
    }
}
