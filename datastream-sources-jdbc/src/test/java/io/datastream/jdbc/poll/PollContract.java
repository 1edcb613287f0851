package io.datastream.jdbc.poll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.error.Masked;
import io.datastream.log.Poller;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What polling does on every database. */
@Timeout(300)
abstract class PollContract {
    private static final Instant START = Instant.parse("2024-01-01T00:00:00Z");
    private static final PolledRows BY_ID = PolledRows.byId("items", "id");
    private static final PolledRows BY_TIME = PolledRows.byTime("items", "changed_at", "id");

    @TempDir
    Path folder;

    Sql sql = new Sql("");

    /** A database of this test. */
    abstract Sql database() throws Exception;

    /** The type of times without zone, to the microsecond. */
    abstract String timeType();

    /** The columns of {@link Types} but {@code id}, and their values in the same order. */
    abstract List<String> types();

    /** Whether there is a type for UUIDs. */
    abstract String uuidType();

    record Item(long id, String name, @Nullable BigDecimal price, Instant changedAt) {}

    enum Kind {
        NEW,
        OLD
    }

    @SuppressWarnings("ArrayRecordComponent") // compared part by part
    record Types(
            long id,
            @Nullable Boolean flag,
            @Nullable Short small,
            @Nullable Integer whole,
            @Nullable Float single,
            @Nullable Double wide,
            @Nullable BigDecimal amount,
            @Nullable String note,
            byte @Nullable [] payload,
            @Nullable Instant at,
            @Nullable LocalDateTime localTime,
            @Nullable LocalDate day,
            @Nullable LocalTime clock,
            @Nullable Kind kind) {}

    record Narrow(byte id) {}

    record Priced(long id, BigDecimal price) {}

    record Masking(@Masked byte id, @Masked String name) {}

    record Unknown(long id, String colour) {}

    @BeforeEach
    final void create() throws Exception {
        sql = database();
        sql.execute("CREATE TABLE items (id bigint PRIMARY KEY, name varchar(100) NOT NULL, price numeric(12,2),"
                + " changed_at " + timeType() + ")");
    }

    private static Item item(long id) {
        return item(id, Duration.ofSeconds(id));
    }

    private static Item item(long id, Duration after) {
        return new Item(id, "item " + id, new BigDecimal("1.50"), START.plus(after));
    }

    private static String insert(Item item) {
        return "INSERT INTO items VALUES (" + item.id() + ", '" + item.name() + "', " + item.price() + ", '"
                + item.changedAt().toString().replace('T', ' ').replace("Z", "") + "')";
    }

    private void insert(long from, long to) {
        for (long id = from; id < to; id++) {
            sql.execute(insert(item(id)));
        }
    }

    private static List<Item> items(long from, long to) {
        List<Item> items = new ArrayList<>();
        for (long id = from; id < to; id++) {
            items.add(item(id));
        }
        return items;
    }

    private Asked<Item> asked(PolledRows rows, int pageRows) {
        return new Asked<>(folder.resolve("log"), sql, rows, Item.class, pageRows);
    }

    @Test
    void givesEachRowOnceInTheOrderOfItsNumber() throws Exception {
        insert(0, 25);
        try (Asked<Item> asked = asked(BY_ID, 10)) {
            assertThat(asked.pass()).isEqualTo(25);
            assertThat(asked.pass()).isZero();
            insert(25, 30);
            assertThat(asked.pass()).isEqualTo(5);
            assertThat(asked.kept()).isEqualTo(items(0, 30));
        }
    }

    @Test
    void givesEachRowOnceInTheOrderOfItsTime() throws Exception {
        insert(0, 25);
        try (Asked<Item> asked = asked(BY_TIME, 10)) {
            assertThat(asked.pass()).isEqualTo(25);
            assertThat(asked.pass()).isZero();
            insert(25, 30);
            assertThat(asked.pass()).isEqualTo(5);
            assertThat(asked.kept()).isEqualTo(items(0, 30));
        }
    }

    @Test
    void writesNothingWhereNothingIsNew() throws Exception {
        try (Asked<Item> asked = asked(BY_TIME, 10)) {
            asked.pass();
            insert(0, 3);
            asked.pass();
            byte[] before = asked.log.cursor();
            assertThat(asked.lostPage().cursor()).isEqualTo(before);
        }
    }

    @Test
    void givesRowsOfTheSameTimeOnceAcrossPages() throws Exception {
        for (int id = 0; id < 25; id++) {
            sql.execute(insert(item(id, Duration.ofSeconds(7))));
        }
        try (Asked<Item> asked = asked(BY_TIME.withOverlap(Duration.ZERO), 10)) {
            asked.pass();
            sql.execute(insert(item(100, Duration.ofSeconds(7))));
            asked.pass();
            assertThat(asked.kept())
                    .extracting(each -> ((Item) each).id())
                    .doesNotHaveDuplicates()
                    .hasSize(26);
        }
    }

    @Test
    void findsANumberThatIsCommittedLate() throws Exception {
        findsARowThatIsCommittedLate(BY_ID.withOverlap(5));
    }

    @Test
    void findsATimeThatIsCommittedLate() throws Exception {
        findsARowThatIsCommittedLate(BY_TIME.withOverlap(Duration.ofSeconds(5)));
    }

    private void findsARowThatIsCommittedLate(PolledRows rows) throws Exception {
        insert(0, 4);
        try (Asked<Item> asked = asked(rows, 2);
                Connection late = sql.connection()) {
            late.setAutoCommit(false);
            Sql.execute(late, insert(item(4)));
            insert(5, 9);
            assertThat(asked.pass()).isEqualTo(8);
            late.commit();
            assertThat(asked.pass()).isEqualTo(1);
            assertThat(asked.pass()).isZero();
            insert(9, 10);
            asked.pass();
            List<Item> expected = items(0, 10);
            expected.add(8, expected.remove(4));
            assertThat(asked.kept()).isEqualTo(expected);
        }
    }

    @Test
    void findsARowThatIsCommittedWhileALongPassGoesOn() throws Exception {
        insert(0, 4);
        insert(5, 8);
        try (Asked<Item> asked = asked(BY_ID.withOverlap(4), 6)) {
            assertThat(asked.page().isMore()).isTrue();
            insert(4, 5);
            insert(8, 100); // the pass does not go after them, or the row were out of reach
            asked.pass();
            asked.pass();
            assertThat(asked.kept()).containsExactlyInAnyOrderElementsOf(items(0, 100));
        }
    }

    @Test
    void missesWhatIsLaterThanTheOverlap() throws Exception {
        insert(0, 4);
        insert(5, 9);
        try (Asked<Item> asked = asked(BY_ID.withOverlap(3), 100)) {
            asked.pass();
            insert(4, 5);
            assertThat(asked.pass()).isZero();
        }
    }

    @Test
    void givesARowThatWasChangedAgain() throws Exception {
        insert(0, 3);
        try (Asked<Item> asked = asked(BY_TIME, 10)) {
            asked.pass();
            sql.execute("UPDATE items SET name = 'new', changed_at = '2024-01-01 00:00:09' WHERE id = 1");
            asked.pass();
            asked.pass();
            assertThat(asked.kept())
                    .hasSize(4)
                    .endsWith(new Item(1, "new", new BigDecimal("1.50"), START.plusSeconds(9)));
        }
    }

    @Test
    void goesOnAfterARestartInTheMiddleOfAPass() throws Exception {
        insert(0, 25);
        for (int start = 0; start < 4; start++) {
            try (Asked<Item> asked = asked(BY_TIME, 10)) {
                asked.page();
            }
        }
        try (Asked<Item> asked = asked(BY_TIME, 10)) {
            assertThat(asked.pass()).isZero();
            assertThat(asked.kept()).isEqualTo(items(0, 25));
        }
    }

    @Test
    void asksAgainForAnAnswerThatWasLost() throws Exception {
        insert(0, 15);
        try (Asked<Item> asked = asked(BY_ID, 10)) {
            asked.lostPage();
            asked.page();
            asked.lostPage();
            asked.pass();
            assertThat(asked.kept()).isEqualTo(items(0, 15));
        }
    }

    @Test
    void findsRowsAfterOneThatIsDatedIntoTheFuture() throws Exception {
        Item future = item(7, Duration.ofDays(20_000));
        sql.execute(insert(future));
        try (Asked<Item> asked = asked(BY_TIME, 10)) {
            asked.pass();
            Item now = new Item(8, "now", null, Asked.NOW);
            sql.execute(insert(now));
            asked.pass();
            asked.pass();
            assertThat(asked.kept()).containsExactly(future, now);
        }
    }

    @Test
    void passesOverRowsWithoutATime() throws Exception {
        insert(0, 2);
        sql.execute("INSERT INTO items (id, name) VALUES (5, 'none')");
        try (Asked<Item> asked = asked(BY_TIME, 10)) {
            assertThat(asked.pass()).isEqualTo(2);
        }
    }

    @Test
    void quotesNoMaskedValueOfARowThatDoesNotFit() throws Exception {
        sql.execute(insert(item(411)));
        try (Asked<Masking> asked = new Asked<>(folder.resolve("log"), sql, BY_ID, Masking.class, 10)) {
            asked.pass();
            assertThat(asked.kept())
                    .containsExactly("items with id=***: field \"id\": what is wrong is not shown, since Masking has"
                            + " masked fields (expected: byte)");
        }
    }

    @Test
    void namesARowThatDoesNotFitAndGivesItsNeighbours() throws Exception {
        sql.execute(insert(item(1)));
        sql.execute(insert(item(300)));
        sql.execute(insert(item(301)));
        sql.execute("UPDATE items SET price = NULL WHERE id = 300");
        try (Asked<Priced> asked = new Asked<>(folder.resolve("log"), sql, BY_ID, Priced.class, 10)) {
            asked.pass();
            List<Object> kept = asked.kept();
            assertThat(kept).hasSize(3).contains(new Priced(1, new BigDecimal("1.50")));
            assertThat(kept.get(1).toString())
                    .startsWith("items with id=300: column \"")
                    .endsWith(": null (expected: a decimal number; mark the component @Nullable if it may be missing)");
        }
        try (Asked<Narrow> asked = new Asked<>(folder.resolve("narrow"), sql, BY_ID, Narrow.class, 10)) {
            asked.pass();
            assertThat(asked.kept()).contains(new Narrow((byte) 1));
            assertThat(asked.kept().get(1).toString()).endsWith(": 300 (expected: a whole number from -128 to 127)");
        }
    }

    @Test
    void readsQueriesAndTellsRowsApartByTexts() throws Exception {
        insert(0, 25);
        PolledRows rows = PolledRows.byTime("(SELECT * FROM items WHERE id >= 5)", "changed_at", "name");
        try (Asked<Item> asked = asked(rows, 4)) {
            asked.pass();
            assertThat(asked.kept()).isEqualTo(items(5, 25));
        }
        try (Asked<Item> asked = asked(rows, 4)) {
            assertThat(asked.pass()).as("after a restart").isZero();
        }
    }

    @Test
    void tellsRowsApartByUuids() throws Exception {
        sql.execute("CREATE TABLE tokens (token " + uuidType() + " NOT NULL, id bigint, name varchar(10), price"
                + " numeric(12,2), changed_at " + timeType() + ")");
        for (int id = 0; id < 9; id++) {
            sql.execute("INSERT INTO tokens VALUES ('123e4567-e89b-12d3-a456-42661417400" + id + "', " + id
                    + ", 'x', NULL, '2024-01-01 00:00:0" + id / 5 + "')");
        }
        PolledRows rows = PolledRows.byTime("tokens", "changed_at", "token");
        try (Asked<Item> asked = asked(rows, 4)) {
            assertThat(asked.pass()).isEqualTo(9);
        }
        try (Asked<Item> asked = asked(rows, 4)) {
            assertThat(asked.pass()).as("after a restart").isZero();
        }
    }

    @Test
    void readsEveryType() throws Exception {
        sql.execute("CREATE TABLE types (id bigint PRIMARY KEY, " + types().get(0) + ")");
        sql.execute("INSERT INTO types VALUES (1, " + types().get(1) + ")");
        sql.execute("INSERT INTO types (id) VALUES (2)");
        try (Asked<Types> asked =
                new Asked<>(folder.resolve("log"), sql, PolledRows.byId("types", "id"), Types.class, 10)) {
            asked.pass();
            assertThat(asked.kept().get(0))
                    .usingRecursiveComparison()
                    .isEqualTo(new Types(
                            1,
                            true,
                            (short) 7,
                            42,
                            1.5f,
                            2.25,
                            new BigDecimal("1234567.89"),
                            "Zoë's \"note\"",
                            new byte[] {0, (byte) 0xff, 0x10},
                            Instant.parse("2024-02-29T10:34:56.123456Z"),
                            LocalDateTime.parse("2024-02-29T12:34:56.123456"),
                            LocalDate.parse("2024-02-29"),
                            LocalTime.parse("12:34:56"),
                            Kind.OLD));
            assertThat(asked.kept().get(1))
                    .isEqualTo(
                            new Types(2, null, null, null, null, null, null, null, null, null, null, null, null, null));
        }
    }

    @Test
    void saysWhichColumnIsMissing() {
        try (Asked<Unknown> asked = new Asked<>(folder.resolve("log"), sql, BY_ID, Unknown.class, 10)) {
            assertThatThrownBy(asked::page)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("items: column \"colour\": missing (expected: one of ");
        }
    }

    @Test
    void refusesColumnsThatNothingIsOrderedBy() {
        try (Asked<Item> asked = asked(PolledRows.byId("items", "name"), 10)) {
            assertThatThrownBy(asked::page)
                    .hasMessageContaining("items: column \"")
                    .hasMessageEndingWith("(expected: whole numbers)");
        }
        try (Asked<Item> asked = asked(PolledRows.byTime("items", "price", "id"), 10)) {
            assertThatThrownBy(asked::page).hasMessageEndingWith("(expected: timestamps)");
        }
    }

    @Test
    void refusesTheLogOfOtherRows() throws Exception {
        try (Asked<Item> asked = asked(BY_ID, 10)) {
            asked.page();
        }
        try (Asked<Item> asked = asked(BY_TIME, 10)) {
            assertThatThrownBy(asked::page)
                    .hasMessage("log: of items by id (expected: that of items by changed_at, id, or an empty folder)");
        }
    }

    @Test
    void triesAgainAfterATableThatIsNotThere() throws Exception {
        sql.execute("ALTER TABLE items RENAME TO away");
        try (Asked<Item> asked = asked(BY_ID, 10)) {
            assertThatThrownBy(asked::page).isInstanceOf(IOException.class).hasMessageStartingWith("items at jdbc:");
            sql.execute("ALTER TABLE away RENAME TO items");
            insert(0, 1);
            Poller.Answer answer = asked.page();
            assertThat(answer.records()).hasSize(1);
        }
    }
}
