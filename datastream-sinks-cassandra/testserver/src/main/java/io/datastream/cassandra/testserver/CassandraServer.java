package io.datastream.cassandra.testserver;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DriverException;
import com.datastax.oss.driver.api.core.config.DefaultDriverOption;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.internal.core.connection.ConstantReconnectionPolicy;
import io.datastream.testkit.Await;
import io.datastream.testkit.FreePorts;
import io.datastream.testkit.TestCertificates;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * A real Cassandra of the tests, one node in a JVM of its own on JDK 17, the newest that it runs on. It asks for a
 * password, takes TLS and plain connections, and can be killed and started again with its data.
 *
 * <p>A start takes ten seconds and more, so all tests of a module share one; it ends with this JVM. Its log lies in the
 * folder {@code target}.
 */
public final class CassandraServer {
    /** The datacenter that its node is in. */
    public static final String DATACENTER = "datacenter1";

    /** Who may do everything. */
    public static final String USER = "cassandra";

    /** The password of that user. */
    public static final String PASSWORD = "cassandra";

    private static final long ROOM = 2L << 30;
    private static final Duration START_LIMIT = Duration.ofMinutes(4);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(20);
    private static @Nullable CassandraServer shared;
    private static String skipped = "";

    private final Path java;
    private final String classPath;
    private final Path folder;
    private final int port = FreePorts.next();
    private final int storagePort = FreePorts.next();
    private final int managementPort = FreePorts.next();
    private final TestCertificates authority;
    private final TestCertificates.Identity identity;
    private Process process;
    private int starts;
    private CqlSession session;

    private CassandraServer(Path java, String classPath) throws IOException {
        this.java = java;
        this.classPath = classPath;
        this.folder = folder();
        this.authority = TestCertificates.in(folder);
        this.identity = authority.issue("node", "127.0.0.1");
        Files.writeString(folder.resolve("cassandra.yaml"), configuration());
        resource("cassandra-logback.xml");
        resource("cassandra-jdk17.options");
        Runtime.getRuntime().addShutdownHook(new Thread(this::remove, "end cassandra"));
        run();
        session = session("127.0.0.1", port);
    }

    /** The server of this JVM, or a skipped test where it cannot run. */
    public static synchronized CassandraServer get() {
        if (shared == null && skipped.isEmpty()) {
            try {
                Optional<Path> java = java17();
                Path classPath = classPath();
                if (java.isEmpty()) {
                    skipped = "there is no JDK 17 (looked at java.home, JAVA17_HOME and /usr/lib/jvm)";
                } else if (!Files.exists(classPath)) {
                    skipped = "its jars are not resolved (expected: a build with -am)";
                } else {
                    shared = new CassandraServer(
                            java.get(), Files.readString(classPath).strip());
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            if (!skipped.isEmpty()) {
                System.out.println("Cassandra tests skipped: " + skipped);
            }
        }
        Assumptions.assumeTrue(shared != null, skipped);
        return Objects.requireNonNull(shared);
    }

    private static Path classPath() throws IOException {
        Properties properties = new Properties();
        try (InputStream resource = open("cassandra-server.properties")) {
            properties.load(resource);
        }
        return Path.of(properties.getProperty("class-path", "")).normalize();
    }

    private static InputStream open(String resource) {
        return Objects.requireNonNull(CassandraServer.class.getResourceAsStream("/" + resource), resource);
    }

    private static Optional<Path> java17() throws IOException {
        List<Path> homes = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"))));
        String given = System.getenv("JAVA17_HOME");
        if (given != null) {
            homes.add(Path.of(given));
        }
        Path installed = Path.of("/usr/lib/jvm");
        if (Files.isDirectory(installed)) {
            try (Stream<Path> folders = Files.list(installed)) {
                folders.sorted().forEach(homes::add);
            }
        }
        for (Path home : homes) {
            Path release = home.resolve("release");
            if (Files.exists(release) && Files.readString(release).contains("JAVA_VERSION=\"17")) {
                return Optional.of(home.resolve("bin").resolve("java"));
            }
        }
        return Optional.empty();
    }

    /**
     * A folder for its data, in memory where there is room. It stays when the process is killed, as files on a disk do; on
     * a disk each write would wait for that, which takes seconds where others write too.
     */
    private static Path folder() throws IOException {
        Path memory = Path.of("/dev/shm");
        boolean room = Files.isWritable(memory) && Files.getFileStore(memory).getUsableSpace() > ROOM;
        return room ? Files.createTempDirectory(memory, "cassandra") : Files.createTempDirectory("cassandra");
    }

    private void resource(String name) throws IOException {
        try (InputStream resource = open(name)) {
            Files.copy(resource, folder.resolve(name));
        }
    }

    private String configuration() {
        return """
            cluster_name: test
            num_tokens: 1
            partitioner: org.apache.cassandra.dht.Murmur3Partitioner
            commitlog_sync: batch
            commitlog_segment_size: 8MiB
            commitlog_directory: %1$s/commitlog
            data_file_directories: [ %1$s/data ]
            hints_directory: %1$s/hints
            saved_caches_directory: %1$s/saved_caches
            cdc_raw_directory: %1$s/cdc
            listen_address: 127.0.0.1
            rpc_address: 127.0.0.1
            storage_port: %3$d
            native_transport_port: %2$d
            start_native_transport: true
            endpoint_snitch: SimpleSnitch
            dynamic_snitch: false
            seed_provider:
              - class_name: org.apache.cassandra.locator.SimpleSeedProvider
                parameters: [ { seeds: "127.0.0.1:%3$d" } ]
            authenticator: PasswordAuthenticator
            authorizer: CassandraAuthorizer
            role_manager: CassandraRoleManager
            client_encryption_options:
              enabled: true
              optional: true
              keystore: %4$s
              keystore_password: %5$s
              store_type: PKCS12
              require_client_auth: false
            read_request_timeout: 20s
            range_request_timeout: 20s
            write_request_timeout: 20s
            concurrent_reads: 8
            concurrent_writes: 64
            concurrent_compactors: 1
            memtable_heap_space: 32MiB
            memtable_offheap_space: 32MiB
            key_cache_size: 0MiB
            counter_cache_size: 0MiB
            auto_snapshot: false
            networking_cache_size: 16MiB
            file_cache_size: 32MiB
            """.formatted(folder, port, storagePort, identity.keyStore(), TestCertificates.PASSWORD);
    }

    private void run() {
        Path log = Path.of("target", "cassandra-" + port + "-" + ++starts + ".log");
        try {
            process = new ProcessBuilder(
                            java.toString(),
                            "@" + folder.resolve("cassandra-jdk17.options"),
                            "-Xmx320m",
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-XX:MaxDirectMemorySize=256m",
                            "-Xss256k",
                            "-Dcassandra.config=file://" + folder.resolve("cassandra.yaml"),
                            "-Dlogback.configurationFile=file://" + folder.resolve("cassandra-logback.xml"),
                            "-Dcassandra.logdir=" + folder,
                            "-Dcassandra.storagedir=" + folder,
                            "-Dcassandra-foreground=yes",
                            "-Dcassandra.ring_delay_ms=0",
                            "-Dcassandra.skip_wait_for_gossip_to_settle=0",
                            "-Dcassandra.initial_token=0",
                            "-Dcassandra.superuser_setup_delay_ms=-1",
                            "-Dcassandra.auth_bcrypt_gensalt_log2_rounds=4",
                            "-Djava.rmi.server.hostname=127.0.0.1",
                            "-Dcassandra.jmx.local.port=" + managementPort,
                            "-cp",
                            classPath,
                            "org.apache.cassandra.service.CassandraDaemon")
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("cassandra: " + e.getMessage(), e);
        }
        Await.until("Cassandra on port " + port, START_LIMIT, () -> {
            String text = Files.readString(log);
            if (!process.isAlive()) {
                throw new IllegalStateException(
                        "cassandra ended: " + text.substring(Math.max(0, text.length() - 8_000)));
            }
            return text.contains("Starting listening for CQL clients")
                    && (starts > 1 || text.contains("Created default superuser role"));
        });
    }

    /** Who has signed its certificate. */
    public TestCertificates authority() {
        return authority;
    }

    /** Where it listens for clients, with and without TLS. */
    public int port() {
        return port;
    }

    /** Its host and port. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    /**
     * Opens a session for making tables and looking at what was written. The driver keeps no picture of the tables for it: renewing
     * that takes more than a second after each change of a table, and where the connection was lost in the middle of that,
     * no change of a table is ever done in the driver's eyes until the session is closed.
     */
    public static CqlSession session(String host, int port) {
        return CqlSession.builder()
                .addContactPoint(new InetSocketAddress(host, port))
                .withLocalDatacenter(DATACENTER)
                .withAuthCredentials(USER, PASSWORD)
                .withConfigLoader(DriverConfigLoader.programmaticBuilder()
                        .withDuration(DefaultDriverOption.REQUEST_TIMEOUT, ANSWER_LIMIT)
                        .withDuration(DefaultDriverOption.CONNECTION_CONNECT_TIMEOUT, ANSWER_LIMIT)
                        .withDuration(DefaultDriverOption.CONNECTION_INIT_QUERY_TIMEOUT, ANSWER_LIMIT)
                        .withDuration(DefaultDriverOption.CONTROL_CONNECTION_TIMEOUT, ANSWER_LIMIT)
                        .withBoolean(DefaultDriverOption.METADATA_SCHEMA_ENABLED, false)
                        .withBoolean(DefaultDriverOption.CONNECTION_WARN_INIT_ERROR, false)
                        .withClass(DefaultDriverOption.RECONNECTION_POLICY_CLASS, ConstantReconnectionPolicy.class)
                        .withDuration(DefaultDriverOption.RECONNECTION_BASE_DELAY, Duration.ofMillis(100))
                        .build())
                .build();
    }

    /** A session with this server. */
    public CqlSession session() {
        return session;
    }

    /** A new keyspace. */
    public String keyspace() {
        String name = "k" + UUID.randomUUID().toString().replace("-", "");
        execute("CREATE KEYSPACE " + name
                + " WITH replication = {'class': 'SimpleStrategy', 'replication_factor': 1} AND durable_writes = true");
        return name;
    }

    /** Executes a statement. */
    public void execute(String cql) {
        session.execute(cql);
    }

    /** The rows of a query, each as its values with bars between them. */
    public List<String> rows(String cql) {
        List<String> rows = new ArrayList<>();
        for (Row row : session.execute(cql)) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < row.getColumnDefinitions().size(); i++) {
                text.append(i == 0 ? "" : "|").append(row.getObject(i));
            }
            rows.add(text.toString());
        }
        return rows;
    }

    /** Ends all connections of clients and takes no more, as {@code nodetool disablebinary} does. */
    public void leave() throws Exception {
        manage("stopNativeTransport");
    }

    /** Takes connections again after {@link #leave()}. */
    public void comeBack() throws Exception {
        manage("startNativeTransport");
        awaitSession();
    }

    /** Freezes the server: connections stay, and answers do not come. */
    public void freeze() throws Exception {
        signal("STOP");
    }

    /** Lets it go on after {@link #freeze()}. */
    public void thaw() throws Exception {
        signal("CONT");
    }

    private void signal(String name) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .inheritIO()
                .start();
        if (kill.waitFor() != 0) {
            throw new IllegalStateException("kill -" + name + " ended with " + kill.exitValue());
        }
    }

    private void awaitSession() {
        Await.until("a session with Cassandra", START_LIMIT, () -> {
            try {
                return !rows("SELECT release_version FROM system.local").isEmpty();
            } catch (DriverException e) {
                return false;
            }
        });
    }

    @SuppressWarnings("BanJNDI") // the address is that of the server which this test has started
    private void manage(String operation) throws Exception {
        JMXServiceURL url = new JMXServiceURL("service:jmx:rmi:///jndi/rmi://127.0.0.1:" + managementPort + "/jmxrmi");
        try (JMXConnector connector = JMXConnectorFactory.connect(url)) {
            connector
                    .getMBeanServerConnection()
                    .invoke(
                            new ObjectName("org.apache.cassandra.db:type=StorageService"),
                            operation,
                            new Object[0],
                            new String[0]);
        }
    }

    /** Kills the server as a crash would. */
    public void kill() {
        end();
    }

    private void remove() {
        end();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void end() {
        process.destroyForcibly();
        process.onExit().orTimeout(20, TimeUnit.SECONDS).join();
    }

    /** Starts it again after {@link #kill()}, on the same ports with the same data. */
    public void restart() {
        run();
        awaitSession();
    }
}
