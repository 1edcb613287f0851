package io.datastream.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Cards in random order, shuffled anew when all have been drawn: each kind comes as often as it should, also in short runs. */
final class Deck<T> {
    private final List<T> cards;
    private final SplittableRandom random;
    private final List<T> left = new ArrayList<>();

    Deck(List<T> cards, SplittableRandom random) {
        this.cards = List.copyOf(cards);
        this.random = random;
    }

    T draw() {
        if (left.isEmpty()) {
            left.addAll(cards);
        }
        return left.remove(random.nextInt(left.size()));
    }
}
