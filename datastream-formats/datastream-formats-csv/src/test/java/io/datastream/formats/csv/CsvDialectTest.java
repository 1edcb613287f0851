package io.datastream.formats.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.formats.csv.Rows.Trade;
import io.datastream.testkit.Seeds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What other programs call CSV. */
class CsvDialectTest {
    private static final CsvFormat<Trade> TRADES = CsvFormat.of(Trade.class);

    @Test
    void takesTheMeaningFromQuotesByAnEscape() throws IOException {
        CsvFormat<Trade> escaped = TRADES.withEscape('\\');
        Trade trade = new Trade(1, 2, "a \"b\" \\c");

        String file = Rows.write(escaped, trade);

        assertThat(file).isEqualTo("ts,price,note\n1,2.0,\"a \\\"b\\\" \\\\c\"\n");
        assertThat(Rows.read(escaped, file)).containsExactly(trade.toString());
    }

    @Test
    void readsDoubledQuotesBesideAnEscapeAndAnEscapeOutsideOfQuotesAsText() {
        assertThat(Rows.read(TRADES.withEscape('\\'), "ts,price,note\n1,2,\"a \"\"b\"\"\"\n1,2,c\\d\n"))
                .containsExactly(new Trade(1, 2, "a \"b\"").toString(), new Trade(1, 2, "c\\d").toString());
    }

    @Test
    void readsAnEscapedLineEnd() {
        assertThat(Rows.read(TRADES.withEscape('\\'), "ts,price,note\n1,2,\"a\\\nb\"\nx,2,c\n"))
                .containsExactly(
                        new Trade(1, 2, "a\nb").toString(),
                        "! line 4: column \"ts\": \"x\" (expected: a whole number) | x,2,c");
    }

    @Test
    void passesOverComments() {
        assertThat(Rows.read(
                        TRADES.withComment('#').withMaxRecordBytes(30),
                        "# made by hand\nts,price,note\n1,2,a\n#" + "x".repeat(1_000) + "\n\n#\n3,2,#b\n# end"))
                .containsExactly(new Trade(1, 2, "a").toString(), new Trade(3, 2, "#b").toString());
    }

    @Test
    void countsTheLinesOfComments() {
        assertThat(Rows.read(TRADES.withComment('#'), "#\nts,price,note\n#\n#\nx,2,a\n"))
                .containsExactly("! line 5: column \"ts\": \"x\" (expected: a whole number) | x,2,a");
    }

    @Test
    void writesATextThatLooksLikeACommentInQuotes() throws IOException {
        CsvFormat<Rows.Word> words = CsvFormat.of(Rows.Word.class).withComment('#');
        String file = Rows.write(words, new Rows.Word("# not a comment"));

        assertThat(file).isEqualTo("word\n\"# not a comment\"\n");
        assertThat(Rows.read(words, file)).containsExactly("Word[word=# not a comment]");
    }

    @Test
    void writesOtherLineEnds() throws IOException {
        assertThat(Rows.write(TRADES.withLineEnd(LineEnd.CRLF), new Trade(1, 2, "a")))
                .isEqualTo("ts,price,note\r\n1,2.0,a\r\n");
    }

    @Test
    void refusesMarksThatAreTheSame() {
        assertThatThrownBy(() -> TRADES.withEscape('"'))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("escape: \" (expected: another character than the delimiter and the quote)");
        assertThatThrownBy(() -> TRADES.withComment(','))
                .hasMessage("comment: , (expected: another character than the delimiter and the quote)");
        assertThatThrownBy(() -> TRADES.withEscape('#').withComment('#'))
                .hasMessage("comment: # (expected: another character than the escape)");
    }

    @Test
    void readsEveryTextItWrites() {
        String alphabet = "ab\"\\,;#\n\r \t'";
        CsvFormat<Trade> format = TRADES.withEscape('\\').withComment('#').withLineEnd(LineEnd.CRLF);
        Seeds.forEach(5_000, seed -> {
            SplittableRandom random = new SplittableRandom(seed);
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(12); length > 0; length--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            Trade trade = new Trade(1, 2, text.toString());
            byte[] file = Rows.write(format, trade, trade).getBytes(StandardCharsets.UTF_8);
            assertThat(Rows.values(format, file)).containsExactly(trade, trade);
        });
    }
}
