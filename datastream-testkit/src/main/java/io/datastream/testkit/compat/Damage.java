package io.datastream.testkit.compat;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Bytes as a broken disk, a wrong program or an attacker may leave them. */
final class Damage {
    /** Bytes that mean something to many formats: ends of numbers and lengths, quotes, brackets. */
    private static final byte[] TELLING = {0, 1, 2, 0x7f, (byte) 0x80, (byte) 0xff, '"', '{', '[', ',', '\n', '-'};

    private Damage() {}

    /** A copy with a few bytes changed, left out, doubled or put in. */
    static byte[] of(byte[] bytes, SplittableRandom random) {
        byte[] damaged = bytes.clone();
        for (int changes = random.nextInt(1, 5); changes > 0 && damaged.length > 0; changes--) {
            int at = random.nextInt(damaged.length);
            switch (random.nextInt(6)) {
                case 0 -> damaged = Arrays.copyOf(damaged, at);
                case 1 -> damaged = without(damaged, at, random.nextInt(1, 9));
                case 2 -> damaged = doubled(damaged, at, random.nextInt(1, 9));
                case 3 -> damaged[at] = (byte) random.nextInt();
                case 4 -> damaged[at] ^= (byte) (1 << random.nextInt(8));
                default ->
                    Arrays.fill(
                            damaged,
                            at,
                            Math.min(damaged.length, at + random.nextInt(1, 10)),
                            TELLING[random.nextInt(TELLING.length)]);
            }
        }
        return damaged;
    }

    private static byte[] without(byte[] bytes, int at, int count) {
        int end = Math.min(bytes.length, at + count);
        byte[] shorter = new byte[bytes.length - (end - at)];
        System.arraycopy(bytes, 0, shorter, 0, at);
        System.arraycopy(bytes, end, shorter, at, bytes.length - end);
        return shorter;
    }

    private static byte[] doubled(byte[] bytes, int at, int count) {
        int end = Math.min(bytes.length, at + count);
        byte[] longer = new byte[bytes.length + (end - at)];
        System.arraycopy(bytes, 0, longer, 0, end);
        System.arraycopy(bytes, at, longer, end, bytes.length - at);
        return longer;
    }
}
