package io.datastream.sink.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.datastream.SingleSeries;
import io.datastream.codec.record.SnakeCase;
import io.datastream.time.Window;
import io.datastream.time.Windowed;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComponentsTest {
    record Range(double low, double high) {}

    record Score<T>(T subject, double score) {}

    record Loop(String name, @Nullable Loop next) {}

    record Spent(String name, Duration took) {}

    record Alert(String name, Window window, @Nullable Range range) {}

    record Clash(String vwapPrice, String vwap_price) {}

    record Failing(String name) {
        @Override
        public String name() {
            throw new IllegalStateException("no name today");
        }
    }

    private static final Window WINDOW = new Window(0, 60_000_000_000L);

    private static RowLayout ofClass(Class<?> type) {
        return RowMapping.INFERRED.forClass(type).layout(null);
    }

    private static RowLayout ofSample(Object sample) {
        return RowMapping.INFERRED.layout(sample);
    }

    private static List<@Nullable Object> row(RowLayout layout, Object value) throws Exception {
        return Arrays.asList(layout.row(0, value, new boolean[layout.columns().size()]));
    }

    @ParameterizedTest
    @CsvSource({
        "vwap, vwap",
        "vwapPrice, vwap_price",
        "HTTPCode, http_code",
        "lastHTTP, last_http",
        "p95, p95",
        "p95Price, p95_price",
        "already_snake, already_snake",
        "aB, a_b",
        "X, x"
    })
    void namesAreTurnedToSnakeCase(String name, String column) {
        assertThat(SnakeCase.of(name)).isEqualTo(column);
    }

    @Test
    void edgesOfAWindowAreTimes() throws Exception {
        RowLayout layout = ofClass(Alert.class);

        assertThat(layout.names()).containsExactly("name", "window_start", "window_end", "range_low", "range_high");
        assertThat(row(layout, new Alert("a", WINDOW, null)))
                .containsExactly("a", WINDOW.start(), WINDOW.end(), null, null);
    }

    @Test
    void typeParameterIsTakenFromTheFirstResult() throws Exception {
        RowLayout layout = ofSample(new Score<>(new Range(1, 2), 3));

        assertThat(layout.names()).containsExactly("subject_low", "subject_high", "score");
        assertThat(row(layout, new Score<>(new Range(4, 5), 6))).containsExactly(4.0, 5.0, 6.0);
    }

    @Test
    void laterResultOfAnotherTypeIsRefused() {
        RowLayout layout = ofSample(new Score<>("text", 3));

        assertThatThrownBy(() -> row(layout, new Score<>(7, 3)))
                .hasMessage("column \"subject\": 7 of class java.lang.Integer (expected: a String, a Character or an"
                        + " enum)");
        assertThatThrownBy(() -> row(layout, new Range(1, 2)))
                .hasMessage("value: of class " + Range.class.getName() + " (expected: " + Score.class.getName() + ")");
    }

    @Test
    void typeParameterIsNotKnownFromTheClass() {
        assertThatThrownBy(() -> ofClass(Score.class))
                .hasMessage("column \"subject\": of a type that is not known, as the first value is null or its class"
                        + " is generic (expected: a record, a number, text, a boolean, a time, a UUID or bytes; else"
                        + " say how to read it with column())");
    }

    @Test
    void recordThatContainsItselfIsRefused() {
        assertThatThrownBy(() -> ofClass(Loop.class))
                .hasMessage("class " + Loop.class.getName()
                        + ": contains itself (expected: a flat record; else give the columns with column())");
    }

    @Test
    void unsupportedTypeIsRefusedWithTheRemedy() {
        assertThatThrownBy(() -> ofClass(Spent.class))
                .hasMessageStartingWith("column \"took\": of class java.time.Duration (expected: ")
                .hasMessageEndingWith("else say how to read it with column())");
    }

    @Test
    void twoComponentsOfOneColumnAreRefused() {
        assertThatThrownBy(() -> ofClass(Clash.class))
                .hasMessage("column: vwap_price twice (expected: different names; give the columns with column())");
    }

    @Test
    void accessorThatFailsIsReportedWithItsColumn() {
        assertThatThrownBy(() -> row(ofClass(Failing.class), new Failing("x")))
                .hasMessageStartingWith("column \"name\": cannot be read: ")
                .hasMessageEndingWith("name() failed: java.lang.IllegalStateException: no name today");
    }

    @Test
    void plainNumberGoesToOneColumn() throws Exception {
        RowLayout layout = ofSample(2.5);

        assertThat(layout.names()).containsExactly("value");
        assertThat(row(layout, 3.5)).containsExactly(3.5);
    }

    @Test
    void windowsAreIdentifiedByKeyAndEdges() {
        RowLayout layout = RowMapping.INFERRED
                .forWindows(String.class, Range.class)
                .renaming("key", "sensor")
                .layout(null);

        assertThat(layout.names()).containsExactly("sensor", "window_start", "window_end", "low", "high");
        assertThat(layout.naturalKey()).containsExactly("sensor", "window_start", "window_end");
    }

    @Test
    void windowsOfASingleSeriesHaveNoKey() {
        RowLayout layout = ofSample(new Windowed<>(SingleSeries.INSTANCE, WINDOW, 1.0));

        assertThat(layout.names()).containsExactly("window_start", "window_end", "value");
        assertThat(layout.naturalKey()).containsExactly("window_start", "window_end");
    }

    @Test
    void optionalIsWhatItHolds() throws Exception {
        RowLayout layout = ofSample(new Windowed<>("a", WINDOW, Optional.of(new Range(1, 2))));

        assertThat(layout.names()).containsExactly("key", "window_start", "window_end", "low", "high");
        assertThat(row(layout, new Windowed<>("a", WINDOW, Optional.empty())))
                .containsExactly("a", WINDOW.start(), WINDOW.end(), null, null);
    }

    @Test
    void windowOfAnUnexpectedValueIsRefused() {
        RowLayout layout =
                RowMapping.INFERRED.forWindows(String.class, Range.class).layout(null);

        assertThatThrownBy(() -> row(layout, new Windowed<>("a", WINDOW, new Spent("x", Duration.ZERO))))
                .hasMessageContaining("column \"low\": cannot be read: ")
                .hasMessageContaining("of class " + Spent.class.getName() + " (expected: " + Range.class.getName());
    }

    @Test
    void renamingOfAnUnknownColumnIsRefused() {
        assertThatThrownBy(() -> RowMapping.INFERRED
                        .forClass(Range.class)
                        .renaming("lo", "x")
                        .layout(null))
                .hasMessage("column: lo (expected: one of low, high)");
    }

    @SuppressWarnings("ArrayRecordComponent") // arrays are what is tested
    record Samples(String id, List<Double> values, long[] counts, String[] tags, byte[] bytes, byte[][] parts) {}

    @Test
    void listsAndArraysAreColumnsForSinksThatTakeThem() throws Exception {
        RowLayout layout =
                RowMapping.INFERRED.withArrays().forClass(Samples.class).layout(null);

        assertThat(layout.columns())
                .extracting(RowColumn::name, RowColumn::type, RowColumn::array, RowColumn::nullable)
                .containsExactly(
                        tuple("id", ColumnType.TEXT, false, true),
                        tuple("values", ColumnType.DOUBLE, true, true),
                        tuple("counts", ColumnType.BIGINT, true, true),
                        tuple("tags", ColumnType.TEXT, true, true),
                        tuple("bytes", ColumnType.BYTES, false, true),
                        tuple("parts", ColumnType.BYTES, true, true));
        List<@Nullable Object> row = row(
                layout,
                new Samples("a", Arrays.asList(1.0, null), new long[] {2, 3}, new String[] {"x", null}, null, null));
        assertThat((Object[]) row.get(1)).containsExactly(1.0, null);
        assertThat((Object[]) row.get(2)).containsExactly(2L, 3L);
        assertThat((Object[]) row.get(3)).containsExactly("x", null);
        assertThat(row.get(5)).isNull();
        assertThat(layout.columns().get(1).named("v").array()).isTrue();
    }

    @Test
    void listsAreRefusedForSinksThatDoNotTakeThem() {
        assertThatThrownBy(() -> ofClass(Samples.class))
                .hasMessageStartingWith("column \"values\": of class java.util.List");
    }

    record Unclear<T>(List<T> values) {}

    @Test
    void listWhoseElementsAreNotKnownIsRefused() {
        assertThatThrownBy(() ->
                        RowMapping.INFERRED.withArrays().forClass(Unclear.class).layout(null))
                .hasMessageStartingWith("column \"values\": of class java.util.List");
    }
}
