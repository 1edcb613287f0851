package io.datastream.jdbc.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SQLite has no types of times: rows go by numbers. */
class SqlitePollTest {
    @TempDir
    Path folder;

    record Item(long id, String name, double price, boolean sold) {}

    @Test
    void readsRowsByNumber() throws Exception {
        Sql sql = new Sql("jdbc:sqlite:" + folder.resolve("items.db"));
        sql.execute("CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT, price REAL, sold INTEGER, at TEXT)");
        for (int id = 0; id < 25; id++) {
            sql.execute("INSERT INTO items VALUES (" + id + ", 'item', 1.5, 1, '2024-01-01 00:00:00')");
        }
        try (Asked<Item> asked =
                new Asked<>(folder.resolve("log"), sql, PolledRows.byId("items", "id"), Item.class, 10)) {
            assertThat(asked.pass()).isEqualTo(25);
            assertThat(asked.pass()).isZero();
            assertThat(asked.kept().get(24)).isEqualTo(new Item(24, "item", 1.5, true));
        }
        try (Asked<Item> asked =
                new Asked<>(folder.resolve("times"), sql, PolledRows.byTime("items", "at", "id"), Item.class, 10)) {
            assertThatThrownBy(asked::page)
                    .hasMessageEndingWith("items: column \"at\": of type TEXT (expected: timestamps)");
        }
    }
}
