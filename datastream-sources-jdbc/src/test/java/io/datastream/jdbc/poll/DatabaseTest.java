package io.datastream.jdbc.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.secret.SecretSource;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DatabaseTest {
    record Listed(long id, List<String> tags) {}

    @Test
    void showsNoPassword() throws SQLException {
        Database inUrl = Database.at("jdbc:postgresql://me:hunter1@host:5432/shop?password=hunter2&ssl=true");
        Database given = Database.at("jdbc:h2:mem:secrets", "me", SecretSource.of("hunter3"));
        given.open().close();

        assertThat(inUrl).hasToString("jdbc:postgresql://host:5432/shop");
        assertThat(inUrl.told(new SQLException("no: hunter1, hunter2\nrow: secret", "28P01")))
                .isEqualTo("no: ***, *** (SQLSTATE 28P01)");
        assertThat(given.told(new SQLException("no: hunter3"))).isEqualTo("no: ***");
        assertThatThrownBy(() -> Database.at("jdbc:none://me:hunter1@host/x").open())
                .hasMessage("no driver for jdbc:none://host/x (expected: a JDBC driver on the class path, such as"
                        + " org.postgresql:postgresql)");
        assertThatThrownBy(() -> Database.at("postgres://me:hunter1@host/x"))
                .hasMessage("url: postgres://host/x (expected: a JDBC URL, such as jdbc:postgresql://host:5432/name)");
    }

    @Test
    void refusesWhatCannotBePolledWhenItIsDefined() {
        assertThatThrownBy(() -> PolledRows.byId("items", "id").withOverlap(-1))
                .hasMessage("overlap: -1 (expected: at least 0)");
        assertThatThrownBy(() -> PolledRows.byId("items", "id").withOverlap(Duration.ofSeconds(1)))
                .hasMessage("overlap: PT1S (expected: a number, as rows go by one)");
        assertThatThrownBy(() -> PolledRows.byTime("items", "at", "id").withOverlap(5))
                .hasMessage("overlap: 5 (expected: a duration, as rows go by time)");
        assertThatThrownBy(() -> PolledRows.byId(" ", "id")).hasMessage("table: \" \" (expected: a name)");
        assertThatThrownBy(() -> RowReader.check(io.datastream.codec.record.RecordShape.of(Listed.class)))
                .hasMessageStartingWith("component \"tags\": a list (expected: a number, ");
    }
}
