package io.datastream.config;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;

/** Short words for the tests. */
final class Loading {
    private Loading() {}

    /** The lines of all problems; fails when there are none. */
    static List<String> problems(ConfigLoader loader) {
        return exception(loader).problems().stream()
                .map(ConfigProblem::toString)
                .toList();
    }

    static ConfigException exception(ConfigLoader loader) {
        ConfigException exception = catchThrowableOfType(ConfigException.class, loader::load);
        if (exception == null) {
            throw new AssertionError("no problem was reported");
        }
        return exception;
    }

    static Properties properties(String... namesAndValues) {
        Properties properties = new Properties();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            properties.setProperty(namesAndValues[i], namesAndValues[i + 1]);
        }
        return properties;
    }

    static Path write(Path folder, String name, String text) {
        try {
            return Files.writeString(folder.resolve(name), text);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
