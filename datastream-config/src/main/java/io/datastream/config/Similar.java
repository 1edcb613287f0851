package io.datastream.config;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds the name that was probably meant.
 *
 * <p>Names are compared in lower case with {@code -} for {@code .} and {@code _}, by the number of letters inserted,
 * dropped, changed or swapped with their neighbour (optimal string alignment). A quarter of the letters may differ, at
 * least one and at most three. A name that is the end of exactly one known name counts as near too: {@code broker}
 * means {@code kafka.broker}.
 */
final class Similar {
    private static final int MOST_EDITS = 3;

    private Similar() {}

    /** The nearest candidate, the first of several as near; none when nothing is near. */
    static Optional<String> nearest(String typed, Collection<String> candidates) {
        String wanted = plain(typed);
        int limit = Math.max(1, Math.min(MOST_EDITS, wanted.length() / 4));
        Optional<String> best = Optional.empty();
        for (String candidate : candidates) {
            String plain = plain(candidate);
            int edits = edits(wanted, plain, limit);
            if (edits <= limit) {
                best = Optional.of(candidate);
                limit = edits - 1;
            }
        }
        if (best.isEmpty() && !wanted.isEmpty()) {
            List<String> endings = candidates.stream()
                    .filter(candidate -> plain(candidate).endsWith("-" + wanted))
                    .toList();
            return endings.size() == 1 ? Optional.of(endings.get(0)) : Optional.empty();
        }
        return best;
    }

    /** {@code "; did you mean mean?"}, or nothing. */
    static String hint(String typed, Collection<String> candidates) {
        return nearest(typed, candidates)
                .map(name -> "; did you mean " + name + "?")
                .orElse("");
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replace('.', '-').replace('_', '-');
    }

    /** The distance, or something above the limit. Cost: the product of both lengths, nothing when they differ much. */
    static int edits(String a, String b, int limit) {
        if (Math.abs(a.length() - b.length()) > limit) {
            return limit + 1;
        }
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int changed = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(changed, 1 + Math.min(last[j], row[j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
            int[] free = beforeLast;
            beforeLast = last;
            last = row;
            row = free;
        }
        return last[b.length()];
    }
}
