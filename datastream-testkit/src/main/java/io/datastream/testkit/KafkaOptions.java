package io.datastream.testkit;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a test broker is set up; immutable, each {@code withX} returns a changed copy.
 *
 * <p>By default: free ports, a temporary folder that is deleted at the end, and the settings listed in
 * {@link KafkaServer}.
 */
public final class KafkaOptions {
    private static final KafkaOptions DEFAULTS = new KafkaOptions(null, 0, 0, Map.of());

    private final @Nullable Path dataFolder;
    private final int port;
    private final int controllerPort;
    private final Map<String, String> settings;

    private KafkaOptions(@Nullable Path dataFolder, int port, int controllerPort, Map<String, String> settings) {
        this.dataFolder = dataFolder;
        this.port = port;
        this.controllerPort = controllerPort;
        this.settings = settings;
    }

    /** Nothing special. */
    public static KafkaOptions defaults() {
        return DEFAULTS;
    }

    /** A folder for the broker's data that is used again if it has some, and is kept at the end. */
    public KafkaOptions withDataFolder(Path folder) {
        return new KafkaOptions(folder, port, controllerPort, settings);
    }

    /** The ports for clients and for the controller; 0 takes a free one. */
    public KafkaOptions withPorts(int clients, int controller) {
        check("clients", clients);
        check("controller", controller);
        return new KafkaOptions(dataFolder, clients, controller, settings);
    }

    /** One more setting of the broker, by its Kafka name; it wins over the defaults of the test kit. */
    public KafkaOptions withSetting(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(settings);
        more.put(name, value);
        return new KafkaOptions(dataFolder, port, controllerPort, more);
    }

    @Nullable
    Path dataFolder() {
        return dataFolder;
    }

    int port() {
        return port;
    }

    int controllerPort() {
        return controllerPort;
    }

    Map<String, String> settings() {
        return settings;
    }

    private static void check(String name, int port) {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException(name + ": " + port + " (expected: 0 to 65535)");
        }
    }
}
