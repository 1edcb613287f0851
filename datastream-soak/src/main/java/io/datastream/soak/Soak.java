package io.datastream.soak;

import io.datastream.config.Config;
import io.datastream.config.ConfigException;
import java.util.Optional;

/**
 * The program: pipelines in several JVMs on brokers in others, which are killed, frozen and restarted for some
 * minutes; then every result topic and the table are compared with a model. Ends with 1 when something is lost, doubled or
 * different.
 *
 * <pre>{@code
 * mvn -Psoak -Dsoak.minutes=5 -Dsoak.seed=7
 * }</pre>
 */
public final class Soak {
    private static final int DIFFERENT = 1;
    private static final int USAGE = 2;

    private Soak() {}

    /** Takes the options that {@code --help} lists, also as system properties. */
    public static void main(String[] args) {
        Optional<Config> config;
        try {
            config = Settings.SPEC.loadOrExplain(args, System.out);
        } catch (ConfigException e) {
            System.err.println(e.getMessage());
            System.exit(USAGE);
            return;
        }
        if (config.isPresent()) {
            System.exit(run(Settings.of(config.get())) ? 0 : DIFFERENT);
        }
    }

    private static boolean run(Settings settings) {
        try {
            return new SoakRun(settings, System.out).run();
        } catch (SoakException | AssertionError e) { // the latter from waits of the test kit
            System.err.println("soak failed: " + e.getMessage());
            return false;
        }
    }
}
