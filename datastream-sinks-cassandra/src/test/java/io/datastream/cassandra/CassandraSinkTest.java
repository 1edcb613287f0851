package io.datastream.cassandra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.driver.api.core.NoNodeAvailableException;
import com.datastax.oss.driver.api.core.type.DataType;
import com.datastax.oss.driver.api.core.type.codec.registry.CodecRegistry;
import io.datastream.secret.SecretSource;
import io.datastream.sink.Guarantee;
import io.datastream.sink.row.ColumnType;
import io.datastream.sink.row.ColumnValues;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What needs no server. */
class CassandraSinkTest {
    record Reading(String sensor, double value) {}

    private static final CassandraConnection CONNECTION = CassandraConnection.inDatacenter(
                    "east", "one.example", "two.example:9043")
            .withUser("me", SecretSource.of("hunter2"));

    private final CassandraSink<Reading> sink = CassandraSink.into("metrics", "means", Reading.class, CONNECTION);

    @Test
    void isNamedAfterTheTableAndShownWithoutSecrets() {
        assertThat(sink.name()).isEqualTo("means");
        assertThat(sink.guarantee()).isEqualTo(Guarantee.EFFECTIVELY_ONCE);
        assertThat(sink)
                .hasToString(
                        "insert into table \"metrics\".\"means\" of cassandra one.example, two.example:9043 (east)");
    }

    @Test
    void canBeShipped() throws Exception {
        CassandraSink<Reading> full = sink.partitionedBy("sensor")
                .bucketedBy("at", Duration.ofDays(1))
                .withEventTime("at")
                .withConsistency(Consistency.ONE)
                .column("x", Reading::value, ColumnType.DOUBLE);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(full);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(in.readObject()).hasToString(full.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "x\"; DROP TABLE y", "ü", "a.b", "a\0"})
    void namesThatCassandraDoesNotAllowAreRefused(String name) {
        String shown = name.replace("\0", "\\0");
        assertThatThrownBy(() -> CassandraSink.into("metrics", name, CONNECTION))
                .hasMessage("table: \"" + shown + "\" (expected: 1 to 48 letters, digits or '_', as Cassandra allows)");
        assertThatThrownBy(() -> CassandraSink.into(name, "means", CONNECTION))
                .hasMessageStartingWith("keyspace: \"" + shown + "\" (expected: ");
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        assertThatThrownBy(() -> sink.partitionedBy())
                .hasMessage("partition key: none (expected: at least one column)");
        assertThatThrownBy(() -> sink.clusteredBy()).hasMessage("clustering: none (expected: at least one column)");
        assertThatThrownBy(() -> sink.bucketedBy("at", Duration.ZERO))
                .hasMessage("span: PT0S (expected: from a second to 100 years)");
        assertThatThrownBy(() -> sink.withTimeToLive(Duration.ofMillis(1_500)))
                .hasMessage("time to live: PT1.5S (expected: whole seconds, from one to 20 years)");
        assertThatThrownBy(() -> sink.withConcurrency(0)).hasMessage("requests: 0 (expected: from 1 to 1024)");
        assertThatThrownBy(() -> sink.withBatch(0, Duration.ZERO)).hasMessage("rows: 0 (expected: from 1 to 100000)");
        assertThatThrownBy(() -> sink.withBatch(1, Duration.ofDays(2)))
                .hasMessage("longest: PT48H (expected: from 0 to a day)");
        assertThatThrownBy(() -> sink.renaming("value", ""))
                .hasMessage("column: \"\" (expected: a name of at least one character, none of them NUL)");
    }

    @Test
    void addressesAreHostsWithAPortOrWithout() {
        assertThat(CassandraConnection.inDatacenter("dc", "h", "h:1", "[::1]:9042", "::1"))
                .hasToString("cassandra h, h:1, [::1]:9042, ::1 (dc)");
        assertThatThrownBy(() -> CassandraConnection.inDatacenter("dc", "h:x"))
                .hasMessage("address: \"h:x\" (expected: host:port with a port from 1 to 65535)");
        assertThatThrownBy(() -> CassandraConnection.inDatacenter("dc", ":9042"))
                .hasMessage("address: \":9042\" (expected: host or host:port)");
        assertThatThrownBy(() -> CassandraConnection.inDatacenter("dc"))
                .hasMessage("addresses: none (expected: at least one host)");
        assertThatThrownBy(() -> CassandraConnection.inDatacenter(" ", "h"))
                .hasMessage("datacenter: blank (expected: a name, as nodetool status shows it)");
    }

    @Test
    void wholeNumbersAreBoundAsWhatTheTableHas() {
        for (ColumnType type : List.of(ColumnType.SMALLINT, ColumnType.INTEGER, ColumnType.BIGINT)) {
            Object value = ColumnValues.convert(type, 7L);
            for (DataType actual : CqlTypes.accepted(type)) {
                Object bound = CqlTypes.bound(value, actual);
                assertThat(CodecRegistry.DEFAULT.codecFor(actual, bound).accepts(actual))
                        .as("%s as %s", type, actual)
                        .isTrue();
            }
        }
    }

    @Test
    void noReachableNodeIsSaidSo() {
        NoNodeAvailableException none = new NoNodeAvailableException();

        assertThat(Failures.kind(none)).isEqualTo(Failures.Kind.RETRY);
        assertThat(Failures.text(none)).isEqualTo("no node is reachable");
    }
}
