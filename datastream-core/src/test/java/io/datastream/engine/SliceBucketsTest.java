package io.datastream.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SliceBucketsTest {
    @Test
    void givesOutSlicesInOrderHoweverManyPass() {
        for (long seed = 1; seed <= 20; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Panes panes = new Panes(new Slot("key", 1));
            SliceBuckets buckets = new SliceBuckets();
            TreeMap<Long, List<Panes.Open>> model = new TreeMap<>();
            long sealed = 0;
            for (int i = 0; i < 20_000; i++) {
                // many are open at first, then they are removed as fast as new ones come
                if (model.isEmpty() || random.nextInt(100) < (i < 5_000 ? 70 : 50)) {
                    long slice = sealed + 1 + random.nextInt(3_000);
                    Panes.Open open = new Panes.Open(panes, slice, new int[] {0}, new Object());
                    buckets.add(open);
                    model.computeIfAbsent(slice, any -> new ArrayList<>()).add(open);
                } else {
                    sealed = model.firstKey();
                    assertThat(buckets.first())
                            .as("seed " + seed + ", step " + i)
                            .isEqualTo(sealed);
                    assertThat(buckets.removeFirst())
                            .as("seed " + seed + ", step " + i)
                            .isEqualTo(model.pollFirstEntry().getValue());
                }
                assertThat(buckets.isEmpty()).as("seed " + seed + ", step " + i).isEqualTo(model.isEmpty());
            }
        }
    }
}
