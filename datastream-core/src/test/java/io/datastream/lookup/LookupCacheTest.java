package io.datastream.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class LookupCacheTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // nanoTime may wrap around
    private final LookupCounts counts = new LookupCounts();
    private final List<String> loaded = new ArrayList<>();

    private LookupCache<String, String> cache(int capacity) {
        return new LookupCache<>(capacity, 100, 10, now::get, counts);
    }

    private Optional<String> get(LookupCache<String, String> cache, String key) throws Exception {
        return cache.get(key, wanted -> {
            loaded.add(wanted);
            return wanted.startsWith("no") ? null : wanted + "!";
        });
    }

    @Test
    void loadsAKeyOnceUntilItsTimeIsOver() throws Exception {
        LookupCache<String, String> cache = cache(10);

        assertThat(get(cache, "a")).contains("a!");
        now.addAndGet(99);
        assertThat(get(cache, "a")).contains("a!");
        assertThat(loaded).containsExactly("a");
        now.addAndGet(1);
        assertThat(get(cache, "a")).contains("a!");
        assertThat(loaded).containsExactly("a", "a");
    }

    @Test
    void remembersForItsOwnTimeThatAKeyIsMissing() throws Exception {
        LookupCache<String, String> cache = cache(10);

        assertThat(get(cache, "none")).isEmpty();
        now.addAndGet(9);
        assertThat(get(cache, "none")).isEmpty();
        assertThat(loaded).hasSize(1);
        now.addAndGet(1);
        assertThat(get(cache, "none")).isEmpty();
        assertThat(loaded).hasSize(2);
    }

    @Test
    void keyThatWasNotUsedForLongestGivesWay() throws Exception {
        LookupCache<String, String> cache = cache(2);

        get(cache, "a");
        get(cache, "b");
        get(cache, "a");
        get(cache, "c");
        loaded.clear();
        get(cache, "a");
        get(cache, "b");

        assertThat(loaded).containsExactly("b");
        assertThat(counts.statistics()).isEqualTo(new LookupStatistics(2, 4, 0, 2));
    }

    @Test
    void failureIsNotRemembered() throws Exception {
        LookupCache<String, String> cache = cache(2);

        assertThatThrownBy(() -> cache.get("a", key -> {
                    throw new IOException("away");
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("away");
        assertThat(get(cache, "a")).contains("a!");
        assertThat(counts.statistics()).isEqualTo(new LookupStatistics(0, 1, 1, 0));
    }

    @Test
    void severalThreadsThatMissTheSameKeyLoadItOnce() throws Exception {
        LookupCache<String, String> cache = cache(2);
        AtomicInteger loads = new AtomicInteger();
        CountDownLatch release = new CountDownLatch(1);
        List<Optional<String>> found = concurrently(cache, release, key -> {
            loads.incrementAndGet();
            release.await();
            return "value";
        });

        assertThat(loads).hasValue(1);
        assertThat(found).hasSize(4).allMatch(value -> value.equals(Optional.of("value")));
    }

    @Test
    void failureIsTheAnswerForAllWhoWaitedForTheSameKey() {
        LookupCache<String, String> cache = cache(2);
        CountDownLatch release = new CountDownLatch(1);

        assertThatThrownBy(() -> concurrently(cache, release, key -> {
                    release.await();
                    throw new IOException("away");
                }))
                .hasRootCauseInstanceOf(IOException.class);
        assertThat(counts.statistics().failures()).isEqualTo(1);
    }

    /** Four threads ask for a key; the loader is released when three of them wait for the fourth. */
    private static List<Optional<String>> concurrently(
            LookupCache<String, String> cache, CountDownLatch release, LookupLoader<String, String> loader)
            throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Optional<String>>> answers = new ArrayList<>();
            List<Thread> askers = new ArrayList<>();
            CountDownLatch asking = new CountDownLatch(4);
            for (int i = 0; i < 4; i++) {
                answers.add(threads.submit(() -> {
                    synchronized (askers) {
                        askers.add(Thread.currentThread());
                    }
                    asking.countDown();
                    return cache.get("key", loader);
                }));
            }
            asking.await();
            for (Thread asker : askers) {
                while (asker.getState() != Thread.State.WAITING) {
                    Thread.onSpinWait();
                }
            }
            release.countDown();
            List<Optional<String>> found = new ArrayList<>();
            for (Future<Optional<String>> answer : answers) {
                found.add(answer.get(10, TimeUnit.SECONDS));
            }
            return found;
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void agreesWithAPlainModelOnRandomKeys() throws Exception {
        long seed = 20_240_101;
        Random random = new Random(seed);
        int capacity = 8;
        LookupCache<String, String> cache = cache(capacity);
        Map<String, Long> loadedAt = new HashMap<>();
        LinkedHashMap<String, Boolean> recency = new LinkedHashMap<>(16, 0.75f, true);
        for (int i = 0; i < 20_000; i++) {
            String key = (random.nextBoolean() ? "no" : "yes") + random.nextInt(10);
            boolean missing = key.startsWith("no");
            Long at = recency.containsKey(key) ? loadedAt.get(key) : null;
            boolean hit = at != null && now.get() - at < (missing ? 10 : 100);
            int before = loaded.size();

            assertThat(get(cache, key))
                    .as("seed %d, step %d", seed, i)
                    .isEqualTo(missing ? Optional.empty() : Optional.of(key + "!"));
            assertThat(loaded.size() == before)
                    .as("hit of %s, seed %d, step %d", key, seed, i)
                    .isEqualTo(hit);

            recency.put(key, true);
            if (!hit) {
                loadedAt.put(key, now.get());
            }
            if (recency.size() > capacity) {
                recency.remove(recency.keySet().iterator().next());
            }
            now.addAndGet(random.nextInt(5));
        }
    }
}
