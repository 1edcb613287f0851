package io.datastream.config;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** The names of an option in each source, all made from its key. */
final class Names {
    static final String PROPERTY_PREFIX = "datastream.";
    static final String ENVIRONMENT_PREFIX = "DATASTREAM_";

    /** The options of the loader itself. */
    static final String CONFIG = "config";

    static final String HELP = "help";
    static final String EXPLAIN = "explain-config";

    private static final Pattern KEY = Pattern.compile("[a-z][a-z0-9]*([.-][a-z0-9]+)*");

    /** Variables a shell or a JVM sets for its own purposes: an option read from one of them would be a surprise. */
    private static final Set<String> TAKEN_VARIABLES = Set.of(
            "PATH",
            "HOME",
            "USER",
            "LOGNAME",
            "USERNAME",
            "SHELL",
            "PWD",
            "OLDPWD",
            "TERM",
            "LANG",
            "LANGUAGE",
            "TZ",
            "HOSTNAME",
            "COMPUTERNAME",
            "TMPDIR",
            "TMP",
            "TEMP",
            "MAIL",
            "EDITOR",
            "PAGER",
            "DISPLAY",
            "OS",
            "IFS",
            "CLASSPATH",
            "JAVA_HOME",
            "JAVA_OPTS",
            "JAVA_TOOL_OPTIONS",
            "JDK_JAVA_OPTIONS");

    /** Properties every JVM has, beyond those that start with {@code java.} and the like. */
    private static final Set<String> TAKEN_PROPERTIES = Set.of(
            "file.encoding",
            "file.separator",
            "path.separator",
            "line.separator",
            "native.encoding",
            "stdout.encoding",
            "stderr.encoding",
            "stdin.encoding",
            "os.name",
            "os.arch",
            "os.version",
            "user.name",
            "user.home",
            "user.dir",
            "user.language",
            "user.country",
            "user.timezone");

    private Names() {}

    static String requireKey(String key) {
        String problem = null;
        if (!KEY.matcher(key).matches()) {
            problem = "small words with dots or dashes between, such as kafka.broker";
        } else if (Set.of(CONFIG, HELP, EXPLAIN).contains(key)) {
            problem = "a key that is not an option of every application";
        } else if (key.startsWith(PROPERTY_PREFIX)) {
            problem = "no prefix " + PROPERTY_PREFIX + ", which is put before";
        } else if (TAKEN_VARIABLES.contains(environment(key))) {
            problem = "a key that does not read the variable " + environment(key) + " of the operating system";
        } else if (TAKEN_PROPERTIES.contains(key)
                || key.startsWith("java.")
                || key.startsWith("jdk.")
                || key.startsWith("sun.")) {
            problem = "a key that does not read a property of the JVM";
        }
        if (problem != null) {
            throw new IllegalArgumentException("key: " + Text.quote(key) + " (expected: " + problem + ")");
        }
        return key;
    }

    /** {@code kafka.broker} becomes {@code KAFKA_BROKER}. */
    static String environment(String key) {
        return key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /** {@code kafka.broker} becomes {@code --kafka-broker}. */
    static String flag(String key) {
        return "--" + dashed(key);
    }

    /** The key as it stands on the command line, without the two dashes; {@code kafka.broker} is accepted as well. */
    static String dashed(String key) {
        return key.replace('.', '-');
    }
}
