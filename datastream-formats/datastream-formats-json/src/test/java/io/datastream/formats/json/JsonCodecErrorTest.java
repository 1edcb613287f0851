package io.datastream.formats.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.datastream.codec.CodecException;
import io.datastream.error.Masked;
import io.datastream.formats.json.Shapes.Boxed;
import io.datastream.formats.json.Shapes.Nested;
import io.datastream.formats.json.Shapes.Reading;
import io.datastream.formats.json.Shapes.Sized;
import io.datastream.formats.json.Shapes.Unit;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class JsonCodecErrorTest {
    record Units(Set<Unit> all) {}

    private static final String NESTED = "{'a':{'b':[{'c':1},{'c':2}]},'at':'2024-01-31T12:00:00Z','unit':'KELVIN',"
            + "'ok':true,'small':3,'extra':{'q':1.5}}";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'1'                  | '1' (expected: a whole number)",
                "'abc'                | 'abc' (expected: a whole number)",
                "''                   | '' (expected: a whole number)",
                "'null'               | 'null' (expected: a whole number)",
                "1.5                  | 1.5 (expected: a whole number)",
                "1.0                  | 1.0 (expected: a whole number)",
                "1e3                  | 1e3 (expected: a whole number)",
                "null                 | null (expected: a whole number)",
                "true                 | true (expected: a whole number)",
                "[1]                  | a list (expected: a whole number)",
                "{}                   | an object (expected: a whole number)",
                "99999999999999999999 | 99999999999999999999 (expected: a whole number from -9223372036854775808 to 9223372036854775807)",
            })
    void refusesWhatIsNoWholeNumber(String json, String problem) {
        assertProblem(Reading.class, "{'ts':" + json + ",'value':1}", "field 'ts': " + problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'1.5' | '1.5' (expected: a number)",
                "'nan' | 'nan' (expected: a number)",
                "null  | null (expected: a number)",
                "true  | true (expected: a number)",
                "1e400 | 1e400 (expected: a number within the range of double)",
                "[]    | a list (expected: a number)",
            })
    void refusesWhatIsNoNumber(String json, String problem) {
        assertProblem(Reading.class, "{'ts':1,'value':" + json + "}", "field 'value': " + problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "5    | 5 (expected: a text)",
                "1.5  | 1.5 (expected: a text)",
                "true | true (expected: a text)",
                "[]   | a list (expected: a text)",
                "{}   | an object (expected: a text)",
            })
    void refusesWhatIsNoText(String json, String problem) {
        assertProblem(Reading.class, "{'sensor':" + json + ",'ts':1,'value':1}", "field 'sensor': " + problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'c':2}               | {'c':'2'}      | field 'a.b[1].c': '2' (expected: a whole number)",
                "{'c':2}               | {}             | field 'a.b[1].c': missing (expected: a whole number)",
                "{'c':2}               | 7              | field 'a.b[1]': 7 (expected: an object)",
                "[{'c':1},{'c':2}]     | {}             | field 'a.b': an object (expected: a list)",
                "'2024-01-31T12:00:00Z'| '31.1.2024'    | field 'at': '31.1.2024' (expected: a time such as '2024-01-31T12:00:00Z')",
                "'2024-01-31T12:00:00Z'| 1700000000     | field 'at': 1700000000 (expected: a time such as '2024-01-31T12:00:00Z')",
                "'KELVIN'              | 'kelvin'       | field 'unit': 'kelvin' (expected: one of CELSIUS, KELVIN)",
                "'KELVIN'              | 1              | field 'unit': 1 (expected: one of CELSIUS, KELVIN)",
                "'KELVIN'              | ''             | field 'unit': '' (expected: one of CELSIUS, KELVIN)",
                "true                  | 'true'         | field 'ok': 'true' (expected: true or false)",
                "true                  | 1              | field 'ok': 1 (expected: true or false)",
                "'ok':true,            | ``             | field 'ok': missing (expected: true or false)",
                "'small':3             | 'small':3000000000 | field 'small': 3000000000 (expected: a whole number from -2147483648 to 2147483647)",
                "1.5                   | 'x'            | field 'extra.q': 'x' (expected: a number)",
            })
    void namesTheFieldWithItsPath(String part, String replacement, String problem) {
        assertThat(NESTED).contains(part);
        assertProblem(Nested.class, NESTED.replace(part, replacement), problem);
    }

    static Stream<Arguments> simpleValues() {
        return Stream.of(
                Arguments.of(Integer.class, "'5'", "value: '5' (expected: a whole number)"),
                Arguments.of(Integer.class, "", "value: nothing (expected: a whole number)"),
                Arguments.of(Integer.class, "null", "value: null (expected: a whole number)"),
                Arguments.of(Integer.class, "[7]", "value: a list (expected: a whole number)"),
                Arguments.of(byte.class, "300", "value: 300 (expected: a whole number from -128 to 127)"),
                Arguments.of(BigInteger.class, "1e1000000000", "value: 1e1000000000 (expected: a whole number)"),
                Arguments.of(float.class, "1e50", "value: 1e50 (expected: a number within the range of float)"),
                Arguments.of(double[].class, "[1,null]", "field '[1]': null (expected: a number)"),
                Arguments.of(String.class, "5", "value: 5 (expected: a text)"),
                Arguments.of(Boolean.class, "0", "value: 0 (expected: true or false)"),
                Arguments.of(char.class, "'ab'", "value: 'ab' (expected: a text of one character)"),
                Arguments.of(Duration.class, "5", "value: 5 (expected: a duration such as 'PT1M30S')"),
                Arguments.of(LocalDate.class, "[2024,1,1]", "value: a list (expected: a date such as '2024-01-31')"),
                Arguments.of(Reading.class, "[]", "value: a list (expected: an object)"));
    }

    @ParameterizedTest
    @MethodSource("simpleValues")
    void namesTheValueWhereThereIsNoField(Class<?> type, String json, String problem) {
        assertProblem(type, json, problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'ts':1,'val           | byte 12: ends too early (expected: JSON)",
                "{'ts':1 'value':2}     | byte 9: Unexpected character (''' (code 34)): was expecting comma to separate Object entries (expected: JSON)",
                "{'ts':1,'value':2}}    | byte 19: Unexpected close marker '}': no open Object to close (expected: JSON)",
                "{'ts':1,'value':2} 5   | byte 19: 5 (expected: nothing after the value)",
                "{'ts':1,'value':NaN}   | byte 19: Non-standard token 'NaN' (expected: JSON)",
                "{'ts':1,'value':007}   | byte 17: Invalid numeric value: Leading zeroes not allowed (expected: JSON)",
            })
    void namesThePlaceOfMalformedJson(String json, String problem) {
        String jackson = problem.replace("'NaN'", "<NaN>").replace("'}'", "<}>");
        assertThatThrownBy(() -> decode(JsonCodec.of(Reading.class), json.strip()))
                .isInstanceOf(CodecException.class)
                .hasMessage(jackson.replace('\'', '"')
                        .replace("\"\"\"", "'\"'")
                        .replace("<NaN>", "'NaN'")
                        .replace("<}>", "'}'"));
    }

    @Test
    void namesTheFieldInWhichTextIsMalformed() {
        assertProblem(
                Reading.class,
                "{'sensor':'a\nb'}",
                "field 'sensor', byte 13: Illegal unquoted character ((CTRL-CHAR, code 10)): has to be escaped using"
                        + " backslash to be included in string value (expected: JSON)");
    }

    @Test
    void rejectsUnknownFieldsOnRequest() {
        JsonCodec<Reading> codec = JsonCodec.of(Reading.class).withUnknownFields(UnknownFields.REJECT);

        assertThatThrownBy(() -> decode(codec, "{'ts':1,'value':2,'sensr':'a'}"))
                .hasMessage("field \"sensr\": unknown (expected: one of sensor, ts, value)");
    }

    @Test
    void saysWhyAValueWasRefused() {
        assertProblem(Sized.class, "{'size':-1}", "Sized: size: -1 (expected: > 0)");
        assertProblem(Boxed.class, "{'inner':{'size':-1}}", "field 'inner': size: -1 (expected: > 0)");
    }

    @Test
    void namesPlacesInListsAndMaps() {
        assertThatThrownBy(() -> decode(
                        JsonCodec.of(new JsonType<List<Reading>>() {}), "[{'ts':1,'value':2},{'ts':1,'value':false}]"))
                .hasMessage("field \"[1].value\": false (expected: a number)");
        assertThatThrownBy(() -> decode(JsonCodec.of(new JsonType<Map<Instant, Integer>>() {}), "{'2024':1}"))
                .hasMessage("value: field name \"2024\" (expected: a time such as \"2024-01-31T12:00:00Z\")");
    }

    @Test
    void refusesTextsAndFractionsForEpochTimes() {
        JsonCodec<Instant> codec = JsonCodec.of(Instant.class).withEpochTimes(ChronoUnit.MILLIS);

        for (String json : List.of("'2024-01-31T12:00:00Z'", "1.5", "null")) {
            assertThatThrownBy(() -> decode(codec, json))
                    .hasMessage("value: " + json.replace('\'', '"')
                            + " (expected: a whole number of milliseconds since 1970)");
        }
        assertThatThrownBy(() ->
                        decode(JsonCodec.of(Instant.class).withEpochTimes(ChronoUnit.SECONDS), "" + Long.MAX_VALUE))
                .hasMessage("value: 9223372036854775807 (expected: a whole number of seconds since 1970)");
    }

    @Test
    void saysThatATypeCannotBeRead() {
        assertThatThrownBy(() -> decode(JsonCodec.of(Runnable.class), "{}"))
                .isInstanceOf(CodecException.class)
                .hasMessageStartingWith("Runnable: cannot be read: ");
    }

    @Test
    void cutsLongValues() {
        assertProblem(
                Reading.class,
                "{'ts':'" + "y".repeat(100_000) + "'}",
                "field 'ts': '" + "y".repeat(60) + "...' (expected: a whole number)");
    }

    @Test
    void showsControlCharactersEscaped() {
        assertProblem(Reading.class, "{'ts':'\\u0007'}", "field 'ts': '\\u0007' (expected: a whole number)");
    }

    @Test
    void refusesAUuidAsBytesInBase64() {
        assertThatThrownBy(() -> decode(JsonCodec.of(UUID.class), "'7c222e91-f563-5a2b-8ee'"))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("7c222e91-f563-5a2b-8ee");
    }

    @Test
    void refusesBlanksAndControlCharactersAroundWhatIsNoText() {
        assertProblem(Unit.class, "' KELVIN'", "value: ' KELVIN' (expected: one of CELSIUS, KELVIN)");
        assertProblem(Unit.class, "'KELVIN\\u0000'", "value: 'KELVIN\\u0000' (expected: one of CELSIUS, KELVIN)");
        assertProblem(
                UUID.class,
                "' 7c222e91-f563-5a2b-8ee0-000000000001'",
                "value: ' 7c222e91-f563-5a2b-8ee0-000000000001' (expected: a UUID)");
        assertProblem(Currency.class, "'EUR\\n'", "value: 'EUR\\n' (expected: a Currency)");
        assertProblem(
                Units.class, "{'all':['KELVIN ']}", "field 'all[0]': 'KELVIN ' (expected: one of CELSIUS, KELVIN)");
    }

    @Test
    void readsWhatIsNoTextAsItIsWritten() {
        assertThat(decode(JsonCodec.of(Units.class), "{'all':['KELVIN','CELSIUS']}")
                        .all())
                .containsExactlyInAnyOrder(Unit.KELVIN, Unit.CELSIUS);
        assertThat(decode(JsonCodec.of(Currency.class), "'EUR'")).isEqualTo(Currency.getInstance("EUR"));
    }

    /** Names are kept for the records that follow, and all of them are copied when there is a new one. */
    @Test
    void takesLittleMemoryForANewNameAfterManyLongOnes() {
        JsonCodec<Reading> codec = JsonCodec.of(Reading.class);
        int names = 0;
        for (int record = 0; record < 59; record++) {
            StringBuilder json = new StringBuilder("{'ts':1,'value':2");
            for (int i = 0; i < 100; i++) {
                json.append(",'").append(longName(names++)).append("':0");
            }
            decode(codec, json.append('}').toString());
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        String json = "{'ts':1,'value':2,'" + longName(names) + "':0}";
        long before = threads.getThreadAllocatedBytes(thread);

        decode(codec, json);

        assertThat(threads.getThreadAllocatedBytes(thread) - before).isLessThan(16 << 20);
    }

    private static String longName(int number) {
        String digits = String.valueOf(number);
        return "n".repeat(JsonCodec.MAX_NAME_LENGTH - digits.length()) + digits;
    }

    private static void assertProblem(Class<?> type, String json, String problem) {
        assertThatThrownBy(() -> decode(JsonCodec.of(type), json))
                .isInstanceOf(CodecException.class)
                .hasMessage(problem.replace('\'', '"'));
    }

    private static <T> T decode(JsonCodec<T> codec, String json) {
        return codec.decode(json.replace('\'', '"').getBytes(UTF_8));
    }

    record Payment(
            @Masked String card, double amount, @Masked Instant at) {}

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'card':'4111','amount':1,'at':'no4111'} | field 'at': UNSAID (expected: Instant)",
                "{'card':['4111'],'amount':1,'at':null}   | field 'card': UNSAID (expected: String)",
                "{'card':'4111','amount':'4111','at':0}   | field 'amount': UNSAID (expected: double)",
                "{'card':'4111','amount':1,'at':no4111}   | value: UNSAID",
                "4111                                     | value: UNSAID",
                "{'card':'x','amount':1,'at':null} 4111   | value: UNSAID",
            })
    void showsNoMaskedValueInAnError(String json, String problem) {
        JsonCodec<Payment> codec = JsonCodec.of(Payment.class);
        assertThatThrownBy(() -> codec.decode(json.replace('\'', '"').getBytes(UTF_8)))
                .isInstanceOfSatisfying(
                        CodecException.class,
                        error -> assertThat(error.showsContent()).isFalse())
                .hasMessage(problem.replace('\'', '"')
                        .replace("UNSAID", "what is wrong is not shown, since Payment has masked fields"))
                .satisfies(error -> assertThat(stackTrace(error)).doesNotContain("4111"));
    }

    private static String stackTrace(Throwable error) {
        StringWriter text = new StringWriter();
        error.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
