package io.datastream.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.time.EventTime;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class OriginMarksTest {
    private static final int ORIGINS = 3;

    private OriginMarks marks = make();
    private long offset;

    private static OriginMarks make() {
        return new OriginMarks(new int[] {0, 1, 2}, mark -> mark.stage().equals("in") ? mark.partition() : -1);
    }

    private void take(Mark... all) {
        marks.take(List.of(all), offset++);
    }

    private static Mark active(int origin, long watermark) {
        return new Mark("in", origin, watermark, false, false);
    }

    private static Mark idle(int origin, long watermark) {
        return new Mark("in", origin, watermark, true, false);
    }

    private static Mark proved(int origin, long watermark) {
        return new Mark("in", origin, watermark, true, true);
    }

    private static long watermark(OriginMarks marks) {
        long least = EventTime.MAX;
        for (int i = 0; i < ORIGINS; i++) {
            least = Math.min(least, marks.watermark(i));
        }
        return least;
    }

    private long watermark() {
        return watermark(marks);
    }

    @Test
    void isHeldByTheSlowestOfActiveOrigins() {
        take(active(0, 5), active(1, 7));
        assertThat(watermark()).isEqualTo(EventTime.MIN);
        take(active(2, 9));
        assertThat(watermark()).isEqualTo(5);
    }

    @Test
    void followsTheOthersToWhereTheyWereBeforeTheLastProof() {
        take(active(0, 10), active(1, 20), proved(2, 3));
        assertThat(watermark()).isEqualTo(3);
        take(proved(2, 3));
        assertThat(watermark()).isEqualTo(10);
    }

    @Test
    void isHeldByAnIdleOriginThatProvesNothingMore() {
        take(active(0, 10), active(1, 20), proved(2, 3));
        take(proved(2, 3));
        take(active(0, 30), active(1, 40));
        assertThat(watermark()).isEqualTo(10);
        take(proved(2, 3));
        assertThat(watermark()).as("asked before the others went on").isEqualTo(10);
        take(proved(2, 3));
        assertThat(watermark()).isEqualTo(30);
    }

    @Test
    void takesAMoveOfAnIdleOriginForNoProof() {
        take(active(0, 10), active(1, 20), proved(2, 3));
        take(idle(2, 4));
        take(idle(2, 5));
        assertThat(watermark()).isEqualTo(5);
    }

    @Test
    void isNotHeldByAnOriginThatNeverHadARecord() {
        take(active(0, 10), active(1, 20), proved(2, EventTime.MIN));
        take(proved(2, EventTime.MIN));
        assertThat(watermark()).isEqualTo(10);
    }

    @Test
    void isHeldAgainByAnOriginThatIsActiveAgain() {
        take(active(0, 10), active(1, 20), proved(2, 3));
        take(proved(2, 3));
        take(active(2, 8), active(0, 50), active(1, 50));
        assertThat(watermark()).isEqualTo(8);
    }

    @Test
    void followsTheFurthestWhileAllAreIdle() {
        take(proved(0, 10), proved(1, 20), proved(2, 3));
        take(proved(0, 11), proved(1, 21), proved(2, 4));
        assertThat(watermark()).isEqualTo(20);
        take(proved(0, 12), proved(1, 22), proved(2, 5));
        assertThat(watermark()).isEqualTo(21);
        assertThat(marks.areIdle()).isTrue();
    }

    @Test
    void endsWhenAllOriginsHave() {
        take(active(0, EventTime.MAX), active(1, EventTime.MAX), proved(2, 3));
        assertThat(watermark()).isEqualTo(3);
        assertThat(marks.areIdle()).isTrue();
        take(active(2, EventTime.MAX));
        assertThat(watermark()).isEqualTo(EventTime.MAX);
    }

    @Test
    void ignoresTheMarksOfAStageThatIsGone() {
        take(active(0, 10), active(1, 20), active(2, 30), new Mark("gone", 1, 0, false, false));
        assertThat(watermark()).isEqualTo(10);
    }

    @Test
    void areProvedSinceAnOffsetIfAskedTwiceAfterIt() {
        take(active(0, EventTime.MAX), proved(1, 1), proved(2, 1));
        take(proved(1, 1), proved(2, 1));
        long since = offset;
        take(proved(1, 1), proved(2, 1));
        take(proved(1, 1));
        assertThat(marks.areProvedSince(since)).isFalse();
        take(proved(2, 1));
        assertThat(marks.areProvedSince(since)).isTrue();
        take(active(2, 2));
        assertThat(marks.areProvedSince(since)).isFalse();
    }

    @Test
    void goesOnFromWhatWasStoredAsIfNothingHadHappened() {
        for (long seed = 1; seed <= 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            marks = make();
            OriginMarks restored = make();
            long[] own = new long[ORIGINS];
            for (int i = 0; i < 40; i++) {
                Mark[] all = new Mark[1 + random.nextInt(ORIGINS)];
                Arrays.setAll(all, any -> {
                    int origin = random.nextInt(ORIGINS);
                    own[origin] += random.nextInt(10);
                    boolean isIdle = random.nextBoolean();
                    return new Mark("in", origin, own[origin], isIdle, isIdle && random.nextBoolean());
                });
                take(all);
                restored.take(List.of(all), i);
                if (random.nextInt(4) == 0) {
                    OriginMarks next = make();
                    assertThat(next.restore(restored.encode(i))).isEqualTo(i);
                    restored = next;
                }
                for (int origin = 0; origin < ORIGINS; origin++) {
                    assertThat(restored.watermark(origin)).as("seed %d", seed).isEqualTo(marks.watermark(origin));
                }
            }
        }
    }
}
