package io.datastream.error;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OneLineTest {
    @Test
    void leavesPlainTextAsItIs() {
        String plain = "a = \"b\"\t\u00e9 \u4e16 \uD83D\uDC68\u200D\uD83D\uDE80";
        assertThat(OneLine.of(plain)).isEqualTo(plain);
        assertThat(OneLine.of("")).isEmpty();
    }

    @Test
    void escapesWhatWouldLeaveTheLine() {
        assertThat(OneLine.of("a\nb\rc\u2028d\u2029e\u0085f")).isEqualTo("a\\nb\\rc\\u2028d\\u2029e\\u0085f");
    }

    @Test
    void escapesWhatWouldCommandATerminal() {
        assertThat(OneLine.of("\u001b[2J\0\u007f\u009b")).isEqualTo("\\u001b[2J\\u0000\\u007f\\u009b");
    }

    @Test
    void escapesWhatWouldTurnTheDirection() {
        assertThat(OneLine.of("x\u202ey\u2066z")).isEqualTo("x\\u202ey\\u2066z");
    }

    @Test
    void escapesAHalfOfAPairThatStandsAlone() {
        assertThat(OneLine.of("x\uD83Dy")).isEqualTo("x\\ud83dy");
    }

    @Test
    void cutsAfterSoManyCodePointsAndSaysSo() {
        assertThat(OneLine.of("abcd", 4)).isEqualTo("abcd");
        assertThat(OneLine.of("abcde", 4)).isEqualTo("abcd...");
        assertThat(OneLine.of("ab\uD83D\uDE80\uD83D\uDE80\uD83D\uDE80", 4)).isEqualTo("ab\uD83D\uDE80\uD83D\uDE80...");
        assertThat(OneLine.of("a\nb\nc", 4)).isEqualTo("a\\nb\\n...");
    }
}
