package io.datastream.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SnapshotTest {
    private record Point(double x, List<double[]> more) {}

    @SuppressWarnings("UnusedVariable") // read by reflection
    private static class Plain {
        final double value;
        transient int cached;

        Plain(double value) {
            this.value = value;
        }
    }

    @SuppressWarnings("UnusedVariable") // read by reflection
    private static final class Named extends Plain {
        final String name;

        Named(String name, double value) {
            super(value);
            this.name = name;
        }
    }

    private static void same(Object a, Object b) {
        assertThat(Snapshot.of(a)).isEqualTo(Snapshot.of(b)).hasSameHashCodeAs(Snapshot.of(b));
    }

    private static void different(Object a, Object b) {
        assertThat(Snapshot.of(a)).isNotEqualTo(Snapshot.of(b));
    }

    @Test
    void comparesNumbersByTheirBits() {
        same(new Point(Double.NaN, List.of(new double[] {-0.0})), new Point(0.0 / 0.0, List.of(new double[] {-0.0})));
        different(new Point(0.0, List.of()), new Point(-0.0, List.of()));
        different(new Point(1, List.of(new double[] {0.0})), new Point(1, List.of(new double[] {-0.0})));
        different(new BigDecimal("1.0"), new BigDecimal("1.00"));
        different(1, 1L);
    }

    @Test
    void comparesClassesWithoutEqualsByTheirFields() {
        Plain cached = new Plain(1);
        cached.cached = 5;
        same(cached, new Plain(1));
        different(new Plain(1), new Plain(2));
        different(new Named("a", 1), new Named("a", 2));
        different(new Named("a", 1), new Named("b", 1));
        same(new AtomicLong(3), new AtomicLong(3));
        different(new AtomicLong(3), new AtomicLong(4));
    }

    @Test
    void comparesContainersByWhatIsInThem() {
        same(List.of(new Plain(1)), Arrays.asList(new Plain(1)));
        different(List.of(1, 2), List.of(2, 1));
        same(Set.of(1, 2, 3), Set.of(3, 1, 2));
        same(Map.of("a", new Plain(1)), Map.of("a", new Plain(1)));
        same(Optional.of(new Plain(1)), Optional.of(new Plain(1)));
        different(Optional.empty(), null);
        same(null, null);
    }

    @Test
    void endsWhereAValueContainsItself() {
        List<Object> self = new ArrayList<>();
        self.add(self);
        assertThat(Snapshot.of(self)).hasToString("[(contains itself)]");
    }

    @Test
    void staysWhatItWas() {
        double[] numbers = {1};
        Snapshot before = Snapshot.of(numbers);
        numbers[0] = 2;
        assertThat(before).isEqualTo(Snapshot.of(new double[] {1})).isNotEqualTo(Snapshot.of(numbers));
    }
}
