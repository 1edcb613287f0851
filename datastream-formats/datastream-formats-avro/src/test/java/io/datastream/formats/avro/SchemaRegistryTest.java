package io.datastream.formats.avro;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.datastream.codec.CodecException;
import io.datastream.formats.avro.Shapes.Reading;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The codec and a registry that answers as documented. */
@Timeout(60)
class SchemaRegistryTest {
    record Versioned(
            String sensor,
            Instant time,
            double value,
            @Nullable String unit) {}

    record Incompatible(String sensor, String added) {}

    private static final Reading READING = new Reading("s-1", Instant.parse("2024-01-31T12:00:00.000000001Z"), 21.5);
    private static final String AWAY = " (expected: a registry that answers)";

    private final ObjectMapper json = new ObjectMapper();
    private RegistryServer server;
    private SchemaRegistry registry;

    @BeforeEach
    void startServer() throws IOException {
        server = new RegistryServer();
        registry = SchemaRegistry.at(server.address());
    }

    @AfterEach
    void stopServer() {
        server.close();
    }

    private <T> AvroCodec<T> codec(Class<T> type) {
        return AvroCodec.of(type).withName("readings.Reading").withRegistry(registry, "readings-value");
    }

    @Test
    void writesAZeroTheNumberOfTheSchemaAndTheRecord() {
        server.add("other", schema(AvroCodec.of(Incompatible.class).schema().toString()));
        byte[] bytes = codec(Reading.class).encode(READING);

        assertThat(Arrays.copyOf(bytes, 5)).containsExactly(0, 0, 0, 0, 2);
        assertThat(Arrays.copyOfRange(bytes, 5, bytes.length))
                .isEqualTo(AvroCodec.of(Reading.class).encode(READING));
    }

    @Test
    void readsByTheSchemaOfTheRecord() {
        byte[] old = codec(Reading.class).encode(READING);
        byte[] added = codec(Versioned.class).encode(new Versioned("s-2", Instant.EPOCH, 1, "K"));
        AvroCodec<Versioned> reader = codec(Versioned.class);

        assertThat(reader.decode(old)).isEqualTo(new Versioned("s-1", READING.time(), 21.5, null));
        assertThat(reader.decode(added)).isEqualTo(new Versioned("s-2", Instant.EPOCH, 1, "K"));
        assertThat(codec(Reading.class).decode(added)).isEqualTo(new Reading("s-2", Instant.EPOCH, 1));
    }

    @Test
    void asksOnceForEachSchema() {
        AvroCodec<Reading> codec = codec(Reading.class);
        for (int i = 0; i < 100; i++) {
            assertThat(codec.decode(codec.encode(READING))).isEqualTo(READING);
        }
        assertThat(server.requests()).containsExactly("POST /subjects/readings-value/versions", "GET /schemas/ids/1");
    }

    @Test
    void writesSubjectsSoThatNoPathIsMixedUp() {
        AvroCodec<Reading> codec = AvroCodec.of(Reading.class).withRegistry(registry, "a/b c?ü");
        assertThat(codec.decode(codec.encode(READING))).isEqualTo(READING);
        assertThat(server.requests().get(0)).isEqualTo("POST /subjects/a%2Fb%20c%3F%C3%BC/versions");
    }

    @Test
    void saysThatASchemaIsNotCompatible() {
        codec(Reading.class).encode(READING);

        assertThatThrownBy(() -> codec(Incompatible.class).encode(new Incompatible("a", "b")))
                .isInstanceOf(RegistryException.class)
                .hasMessage(
                        "registry " + server.address() + ": subject readings-value: status 409, Schema being registered"
                                + " is incompatible with an earlier schema for subject \"readings-value\""
                                + " (expected: a schema that is compatible with the earlier ones)");
    }

    @Test
    void registersNothingWhenItOnlyLooksUp() {
        registry = registry.withRegistration(Registration.LOOK_UP);
        assertThatThrownBy(() -> codec(Reading.class).encode(READING))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("status 404, Subject 'readings-value' not found. (expected: the schema ");

        int id = server.add(
                "readings-value", schema(codec(Reading.class).schema().toString()));
        assertThat(codec(Reading.class).encode(READING)[4]).isEqualTo((byte) id);
    }

    @Test
    void anUnknownNumberIsABadRecord() {
        AvroCodec<Reading> codec = codec(Reading.class);
        byte[] unknown = {0, 0, 0, 0, 77, 0};
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> codec.decode(unknown))
                    .isInstanceOf(CodecException.class)
                    .hasMessage("schema 77: unknown to the registry at " + server.address()
                            + " (expected: one of its schemas)");
        }
        assertThat(server.requests()).as("not asked again at once").hasSize(1);
    }

    @Test
    void bytesWithoutANumberAreABadRecord() {
        AvroCodec<Reading> codec = codec(Reading.class);
        for (byte[] bytes : new byte[][] {{}, {0, 0, 0, 1}, "{\"sensor\":1}".getBytes(UTF_8)}) {
            assertThatThrownBy(() -> codec.decode(bytes))
                    .isInstanceOf(CodecException.class)
                    .hasMessageEndingWith("(expected: a zero byte and the number of a schema)");
        }
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void aSchemaOfAnotherKindIsABadRecord() {
        server.add(
                "proto", json.createObjectNode().put("schemaType", "PROTOBUF").put("schema", "syntax = \"proto3\";"));
        assertThatThrownBy(() -> codec(Reading.class).decode(new byte[] {0, 0, 0, 0, 1, 0}))
                .isInstanceOf(CodecException.class)
                .hasMessage("schema 1: of type PROTOBUF (expected: AVRO)");
    }

    @Test
    void readsSchemasThatNameOthers() {
        record Unit(String name) {}
        record Measured(double value, Unit unit) {}
        server.add(
                "unit",
                schema("{\"type\":\"record\",\"name\":\"Unit\",\"namespace\":\"x\",\"fields\":"
                        + "[{\"name\":\"name\",\"type\":\"string\"}]}"));
        ObjectNode naming =
                schema("{\"type\":\"record\",\"name\":\"M\",\"fields\":[{\"name\":\"value\",\"type\":\"double\"},"
                        + "{\"name\":\"unit\",\"type\":\"x.Unit\"}]}");
        naming.putArray("references")
                .addObject()
                .put("name", "x.Unit")
                .put("subject", "unit")
                .put("version", 1);
        byte id = (byte) server.add("measured", naming);
        byte[] record = AvroCodec.of(Measured.class).encode(new Measured(1.5, new Unit("K")));
        byte[] framed = new byte[record.length + 5];
        framed[4] = id;
        System.arraycopy(record, 0, framed, 5, record.length);

        assertThat(codec(Measured.class).decode(framed)).isEqualTo(new Measured(1.5, new Unit("K")));
    }

    @Test
    void waitsForARegistryThatIsBusy() {
        server.answer(503, "<html>later</html>", 2);
        server.answer(429, "", 1);
        AvroCodec<Reading> codec = codec(Reading.class);

        assertThat(codec.decode(codec.encode(READING))).isEqualTo(READING);
        assertThat(server.requests()).hasSize(5);
    }

    @Test
    void saysThatARegistryStaysBusy() {
        server.answer(500, "{\"error_code\":50001,\"message\":\"Error in the backend data store\"}", 100);
        registry = registry.withPatience(Duration.ofSeconds(3));

        assertThatThrownBy(() -> codec(Reading.class).encode(READING))
                .isInstanceOf(RegistryException.class)
                .hasMessage("registry " + server.address() + ": status 500, Error in the backend data store" + AWAY);
        assertThat(server.requests()).hasSizeGreaterThan(1);
    }

    @Test
    void saysThatARegistryIsAway() {
        String address = server.address();
        server.close();
        registry = registry.withPatience(Duration.ZERO);

        assertThatThrownBy(() -> codec(Reading.class).decode(new byte[] {0, 0, 0, 0, 1, 0}))
                .isInstanceOf(RegistryException.class)
                .hasMessageStartingWith("registry " + address + ": GET /schemas/ids/1: ")
                .hasMessageEndingWith(AWAY);
    }

    @Test
    void waitsNoLongerThanItsTimeoutForAnAnswerThatDoesNotEnd() {
        CountDownLatch end = new CountDownLatch(1);
        server.answer(exchange -> {
            exchange.sendResponseHeaders(200, 1_000);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
            awaitQuietly(end);
        });
        registry = registry.withTimeout(Duration.ofMillis(300)).withPatience(Duration.ZERO);
        try {
            assertThatThrownBy(() -> codec(Reading.class).encode(READING))
                    .isInstanceOf(RegistryException.class)
                    .hasMessageEndingWith("no answer within PT0.3S" + AWAY);
        } finally {
            end.countDown();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void saysWhatIsNoAnswerOfARegistry() {
        server.answer(200, "<html>hello</html>", 1);
        assertThatThrownBy(() -> codec(Reading.class).encode(READING))
                .isInstanceOf(RegistryException.class)
                .hasMessageEndingWith(": <html>hello</html> (expected: JSON)");
        server.answer(200, "{\"id\":\"one\"}", 1);
        assertThatThrownBy(() -> codec(Reading.class).encode(READING))
                .hasMessageEndingWith(": {\"id\":\"one\"} (expected: a number named id)");
    }

    @Test
    void showsItsCredentialsToTheRegistryOnly() {
        server.requireAuthorization("Basic bWU6c2VjcmV0");
        assertThatThrownBy(() -> codec(Reading.class).encode(READING))
                .isInstanceOf(RegistryException.class)
                .hasMessageContaining("status 401, Unauthorized (expected: credentials that are let in");

        registry = registry.withBasicAuth("me", "secret");
        assertThat(codec(Reading.class).decode(codec(Reading.class).encode(READING)))
                .isEqualTo(READING);
        assertThat(registry.toString()).isEqualTo("SchemaRegistry[" + server.address() + "]");

        server.requireAuthorization("Bearer abc");
        registry = registry.withBearerToken("abc");
        assertThat(codec(Reading.class).encode(READING)).isNotEmpty();
    }

    @Test
    void refusesAddressesThatAreNone() {
        assertThatThrownBy(() -> SchemaRegistry.at("localhost:8081"))
                .hasMessageStartingWith("address: localhost:8081 (expected: http:// or https://");
        assertThatThrownBy(() -> SchemaRegistry.at("http://me:secret@localhost"))
                .hasMessageStartingWith("address: http://...@localhost (expected: ");
    }

    @Test
    void worksInAnotherProcess() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        AvroCodec<Reading> codec = codec(Reading.class);
        byte[] record = codec.encode(READING);
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(codec);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(((AvroCodec<?>) in.readObject()).decode(record)).isEqualTo(READING);
        }
    }

    private ObjectNode schema(String schema) {
        return json.createObjectNode().put("schema", schema);
    }
}
