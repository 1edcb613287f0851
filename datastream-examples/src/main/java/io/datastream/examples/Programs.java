package io.datastream.examples;

import io.datastream.config.Config;
import io.datastream.config.ConfigException;
import io.datastream.config.ConfigSpec;
import java.io.PrintStream;
import java.util.Optional;

/** What the main methods of examples have in common. */
public final class Programs {
    private Programs() {}

    /** The work of a program. */
    @FunctionalInterface
    public interface Work {
        /** Does it, and returns whether all its checks passed. */
        boolean run(Config config) throws Exception;
    }

    /**
     * Reads the configuration and runs a program. Whatever fails is told in one line.
     *
     * @return its exit code: 0 if all went well or help was asked for, 1 if something failed, 2 if the configuration is wrong
     */
    public static int run(String name, ConfigSpec spec, String[] args, PrintStream out, PrintStream err, Work work) {
        Optional<Config> config;
        try {
            config = spec.loadOrExplain(args, out);
        } catch (ConfigException e) {
            err.println(e.getMessage());
            return 2;
        }
        if (config.isEmpty()) {
            return 0; // was asked for help
        }
        try {
            return work.run(config.get()) ? 0 : 1;
        } catch (Exception e) {
            err.println(name + ": " + e.getMessage());
            return 1;
        }
    }
}
