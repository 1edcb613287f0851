package io.datastream.error;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.codec.CodecException;
import io.datastream.time.Window;
import io.datastream.time.Windowed;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaskingTest {
    private static final Card CARD = new Card("4111", "Visa");
    private static final String SHOWN = "Card[number=***, brand=Visa]";

    record Card(@Masked String number, String brand) {}

    record Order(
            long id,
            Card card,
            List<Card> others,
            @Masked @Nullable Object note) {}

    record Plain(String name, double value) {
        @Override
        public String toString() {
            return "plain " + name;
        }
    }

    /** Has no masked component of its own, whatever is in it. */
    record Box(@Nullable Object content) {
        @Override
        public String toString() {
            return "box of " + content;
        }
    }

    /** Its accessor fails. */
    record Failing(Card card) {
        @Override
        public Card card() {
            throw new IllegalStateException("4111");
        }
    }

    /** No record, and its type variable may be anything. */
    static final class Crate<T> {
        private final T content;
        private final Object[] more;

        Crate(T content, Object... more) {
            this.content = content;
            this.more = more;
        }

        @Override
        public String toString() {
            return more.length + " and a crate of " + content;
        }
    }

    record Tree(String name, List<Tree> children) {}

    record Branch(List<Branch> branches, @Masked String leaf) {}

    static class Account {
        @Masked
        private final String owner;

        private final int balance;

        Account(String owner, int balance) {
            this.owner = owner;
            this.balance = balance;
        }

        @Override
        public String toString() {
            return owner + " has " + balance;
        }
    }

    static final class Savings extends Account {
        Savings() {
            super("Ada", 1);
        }
    }

    sealed interface Means permits Cash, ByCard {}

    record Cash(double amount) implements Means {}

    record ByCard(Card card) implements Means {}

    record Bill(Means means) {}

    @Test
    void whatHasNoMaskedFieldShowsItself() {
        assertThat(Masking.text(null)).isEqualTo("null");
        assertThat(Masking.text("4111")).isEqualTo("4111");
        assertThat(Masking.text(new Plain("a", 1))).isEqualTo("plain a");
        assertThat(Masking.text(new Box(new Plain("a", 1)))).isEqualTo("box of plain a");
        assertThat(Masking.text(List.of(1, 2))).isEqualTo("[1, 2]");
        assertThat(Masking.text(Map.of("a", 1))).isEqualTo("{a=1}");
    }

    @Test
    void aMaskedComponentIsHiddenAndTheOthersAreShown() {
        assertThat(Masking.text(CARD)).isEqualTo(SHOWN);
    }

    @Test
    void aMaskedComponentIsHiddenHoweverDeepItIs() {
        assertThat(Masking.text(new Order(7, CARD, List.of(CARD, CARD), null)))
                .isEqualTo("Order[id=7, card=" + SHOWN + ", others=[" + SHOWN + ", " + SHOWN + "], note=***]");
        assertThat(Masking.text(new Box(new Box(CARD)))).isEqualTo("Box[content=Box[content=" + SHOWN + "]]");
        assertThat(Masking.text(Map.of("a", CARD))).isEqualTo("{a=" + SHOWN + "}");
        assertThat(Masking.text(Map.entry(CARD, 1))).isEqualTo(SHOWN + "=1");
        assertThat(Masking.text(Optional.of(CARD))).isEqualTo("Optional[" + SHOWN + "]");
        assertThat(Masking.text(new Card[] {CARD})).isEqualTo("[" + SHOWN + "]");
        assertThat(Masking.text(Arrays.asList(null, CARD))).isEqualTo("[null, " + SHOWN + "]");
    }

    @Test
    void aMaskedComponentOfAResultOfAWindowIsHidden() {
        assertThat(Masking.text(new Windowed<>("key", new Window(0, 1), CARD)))
                .contains("key", SHOWN)
                .doesNotContain("4111");
    }

    @Test
    void ofAClassWithAMaskedFieldOnlyTheNameIsShown() {
        assertThat(Masking.text(new Account("Ada", 1))).isEqualTo("Account");
        assertThat(Masking.text(new Savings())).isEqualTo("Savings");
    }

    @Test
    void whatIsNestedTooDeepToBeLookedAtIsNotShown() {
        Object nested = CARD;
        for (int i = 0; i < 10_000; i++) {
            nested = new Box(nested);
        }
        assertThat(Masking.text(nested)).endsWith("...").doesNotContain("4111").hasSizeLessThan(3_000);
    }

    @Test
    void whatContainsItselfIsCut() {
        List<Object> endless = new ArrayList<>();
        endless.add(endless);
        assertThat(Masking.text(endless)).startsWith("[[[[").endsWith("...");
        assertThat(Masking.text(Path.of("a", "b"))).isEqualTo("a/b");
    }

    @Test
    void longValuesAreShortenedAndLookedAtBeyondThat() {
        List<Object> many = new ArrayList<>(Collections.nCopies(3_000, "plain"));
        many.add(CARD);
        assertThat(Masking.text(many)).endsWith("...").hasSizeLessThan(2_100);
        assertThat(Masking.refused(new IllegalStateException("4111"), many)).hasMessageNotContaining("4111");
    }

    @Test
    void noAccessorIsAskedForAComponent() {
        assertThat(Masking.text(new Failing(CARD))).isEqualTo("Failing[card=" + SHOWN + "]");
    }

    @Test
    void ofAnObjectThatHoldsSomethingMaskedOnlyTheClassIsShown() {
        Crate<?> twice = new Crate<>(new Crate<>(List.of(CARD)));
        assertThat(Masking.text(twice)).isEqualTo("Crate");
        assertThat(Masking.text(List.of(twice, twice))).isEqualTo("[Crate, Crate]");
        assertThat(Masking.text(new Crate<>(1, "a", CARD))).isEqualTo("Crate");
        assertThat(Masking.text(new Crate<>(1, "a"))).isEqualTo("1 and a crate of 1");
        assertThat(Masking.failed(new IllegalStateException("no " + twice), twice))
                .hasMessage("no 0 and a crate of 0 and a crate of [" + SHOWN + "]");
    }

    @Test
    void anObjectThatContainsItselfShowsItself() {
        List<Object> content = new ArrayList<>();
        Crate<?> endless = new Crate<>(1, content);
        content.add(endless);
        assertThat(Masking.text(endless)).isEqualTo("1 and a crate of 1");
    }

    @Test
    void aLongValueWithoutMaskedFieldsShowsItself() {
        record Batch(List<Integer> values) {
            @Override
            public String toString() {
                return "batch of " + values.size();
            }
        }
        assertThat(Masking.text(new Batch(Collections.nCopies(3_000, 1)))).isEqualTo("batch of 3000");
    }

    @Test
    void aListThatChangesMeanwhileFailsNothingAndIsNotShown() {
        List<Object> changing = new ArrayList<>();
        changing.add(new Object() {
            @Override
            public String toString() {
                changing.add(1);
                return "changes";
            }
        });
        assertThat(Masking.text(new Box(changing))).endsWith("...");
        assertThat(Masking.failed(new IllegalStateException("4111"), new Box(changing)))
                .hasMessageNotContaining("4111");
    }

    @Test
    void aTextThatFailsIsToldByItsClass() {
        Object failing = new Object() {
            @Override
            public String toString() {
                throw new IllegalStateException("no text");
            }
        };
        assertThat(Masking.text(failing)).contains("its toString failed", "no text");
        assertThat(Masking.text(new Box(failing))).contains("its toString failed");
    }

    @Test
    void aTypeHasMaskedFieldsIfAnyTypeOfItsFieldsHas() {
        assertThat(Masking.hasMasked(Card.class)).isTrue();
        assertThat(Masking.hasMasked(Order.class)).isTrue();
        assertThat(Masking.hasMasked(Savings.class)).isTrue();
        assertThat(Masking.hasMasked(Bill.class)).isTrue();
        assertThat(Masking.hasMasked(Branch[].class)).isTrue();
        assertThat(Masking.hasMasked(Plain.class)).isFalse();
        assertThat(Masking.hasMasked(Tree.class)).isFalse();
        assertThat(Masking.hasMasked(String.class)).isFalse();
    }

    @Test
    void aFieldIsMaskedByItsName() {
        assertThat(Masking.isMasked(Card.class, "number")).isTrue();
        assertThat(Masking.isMasked(Card.class, "brand")).isFalse();
        assertThat(Masking.isMasked(Card.class, "no")).isFalse();
        assertThat(Masking.isMasked(Savings.class, "OW_NER")).isTrue();
    }

    @Test
    void theExampleOfTheDocumentsHidesTheCard() {
        // region: masked
        record Payment(@Masked String card, double amount) {}
        // endregion
        assertThat(Masking.text(new Payment("4111", 12.5))).isEqualTo("Payment[card=***, amount=12.5]");
    }

    @Test
    void anErrorOfACodecForATypeWithoutMaskedFieldsIsKeptAndShowsTheContent() {
        CodecException wrong = new CodecException("line 3: field \"number\": \"4111\" (expected: a text)");
        assertThat(wrong.showsContent()).isFalse();
        assertThat(Masking.masked(wrong, Plain.class)).isSameAs(wrong);
        assertThat(wrong.showsContent()).isTrue();
        assertThat(wrong.at("a.csv")).hasMessage("a.csv: " + wrong.getMessage());
        assertThat(wrong.at("a.csv").showsContent()).isTrue();
        assertThat(new CodecException("line 1", wrong).showsContent()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "field 'number': '4111' (expected: a text) | field 'number': UNSAID (expected: String)",
                "column 'brand': '4111' (expected: 4111)   | field 'brand': UNSAID (expected: String)",
                "field 'others[3].4111': 4111              | value: UNSAID",
                "field '4111': unknown                     | value: UNSAID",
                "4111 (expected: JSON)                     | value: UNSAID",
            })
    void anErrorOfACodecNamesNothingButTheFieldAndItsType(String wrong, String told) {
        CodecException masked = Masking.masked(new CodecException(wrong.replace('\'', '"')), Card.class);
        assertThat(masked)
                .hasMessage(told.replace('\'', '"')
                        .replace("UNSAID", "what is wrong is not shown, since Card has masked fields"))
                .hasNoCause();
        assertThat(masked.showsContent()).isFalse();
        assertThat(masked.at("line 3").showsContent()).isFalse();
    }

    @Test
    void whatASinkSaysOfAValueWithMaskedFieldsIsNotTold() {
        IllegalStateException error = new IllegalStateException("row", new SQLException("Key (card)=(4111) exists"));
        assertThat(Masking.refused(error, new Plain("4111", 1))).isSameAs(error);
        assertThat(Masking.refused(error, new Windowed<>("key", new Window(0, 1), CARD)))
                .hasToString("java.lang.IllegalStateException: what is wrong is not shown, since Windowed has masked"
                        + " fields")
                .hasNoCause()
                .satisfies(told -> assertThat(told.getStackTrace()).isEqualTo(error.getStackTrace()));
        assertThat(Masking.refused(new CodecException("field \"brand\": 4111"), CARD))
                .isInstanceOf(CodecException.class)
                .hasMessageStartingWith("field \"brand\": what is wrong");
    }

    @Test
    void theMessageOfAStepIsToldWithoutTheTextsOfMaskedValues() {
        record Holder(
                @Masked Card card,
                @Masked List<Integer> codes,
                @Masked int pin) {}
        Holder holder = new Holder(new Card("4111 2222", "Visa"), List.of(77, 1234567), 1);
        Exception error = new IllegalStateException(
                "no " + holder + " of 4111 2222, x1234567x, 77, 771, pin 1",
                new NumberFormatException("For input string: \"4111 2222\""));
        error.addSuppressed(new IllegalStateException("Visa"));
        Exception told = Masking.failed(error, holder);
        assertThat(told)
                .hasToString("java.lang.IllegalStateException: no Holder[card=***, codes=***, pin=***] of ***, x***x,"
                        + " ***, 771, pin ***")
                .hasNoSuppressedExceptions();
        assertThat(told.getCause()).hasToString("java.lang.NumberFormatException: For input string: \"***\"");
        assertThat(told.getStackTrace()).isEqualTo(error.getStackTrace());
    }

    @Test
    void theErrorOfAStepThatTellsNothingMaskedIsKept() {
        Exception error = new IllegalStateException("Visa is not taken");
        assertThat(Masking.failed(error, CARD)).isSameAs(error);
        assertThat(Masking.failed(error, new Plain("Visa", 1))).isSameAs(error);
    }

    @Test
    @SuppressWarnings("OverrideThrowableToString") // there are such classes
    void anErrorThatTellsAMaskedValueInItsOwnWayIsToldWithoutIt() {
        Exception own = new IllegalStateException() {
            @Override
            public String toString() {
                return "own " + CARD;
            }
        };
        Exception localized = new IllegalStateException("plain") {
            @Override
            public String getLocalizedMessage() {
                return "local " + CARD;
            }
        };
        assertThat(Masking.failed(own, CARD).toString())
                .isEqualTo(own.getClass().getName());
        assertThat(Masking.failed(localized, CARD).toString())
                .isEqualTo(localized.getClass().getName() + ": plain");
    }

    @Test
    void whatASinkSaysWhenItCannotGoOnIsToldWithoutMaskedValuesAndWithoutItsCausesMessage() {
        Exception away = new IllegalStateException("host is away, 4111 waits", new SQLException("row (4112)"));
        assertThat(Masking.stopped(away, new Plain("4111", 1))).isSameAs(away);
        for (Object value : List.of(CARD, new Account("4111", 1))) {
            assertThat(Masking.stopped(away, value)).hasMessage("host is away, *** waits");
            assertThat(Masking.stopped(away, value).getCause())
                    .hasToString("java.sql.SQLException: what is wrong is not shown, since "
                            + value.getClass().getSimpleName() + " has masked fields");
        }
    }

    @Test
    void whatTheSinkOfDeadLettersSaysIsNotToldIfTheRecordHasMaskedFields() {
        Exception error = new IllegalStateException("too long: {4111}");
        assertThat(Masking.refused(error, letter("Plain[a=1]", ""))).isSameAs(error);
        assertThat(Masking.refused(error, letter(null, "value: 7"))).isSameAs(error);
        assertThat(Masking.refused(error, letter(SHOWN, ""))).hasMessageNotContaining("4111");
        assertThat(Masking.refused(error, letter(null, "value: " + Masking.unsaid(Card.class))))
                .hasMessageNotContaining("4111");
    }

    private static DeadLetter letter(@Nullable String value, String message) {
        return new DeadLetter("pipeline", "step", "in-0@0", 0, "error", message, 1, value, null, null);
    }

    @Test
    void theMessageOfAStepForAClassWithMaskedFieldsIsNotTold() {
        assertThat(Masking.failed(new IllegalStateException("Ada"), new Account("Ada", 1)))
                .hasToString("java.lang.IllegalStateException: what is wrong is not shown, since Account has masked"
                        + " fields");
    }
}
