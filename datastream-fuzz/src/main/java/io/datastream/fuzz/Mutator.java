package io.datastream.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Makes broken documents of whole ones: as a bad disk, a wrong program or an attacker would. */
final class Mutator {
    private static final int ONE_IN_WHOLE = 32;
    private static final int ONE_IN_RANDOM = 64;
    private static final int LONGEST_RANDOM = 300;
    private static final int MOST_CHANGES = 6;
    private static final int LONGEST_PIECE = 40;
    private static final int MOST_REPEATS = 3_000;
    private static final long[] TELLING = {
        0,
        1,
        -1,
        2,
        0x7f,
        0x80,
        0xff,
        0x7fff,
        0xffff,
        Integer.MAX_VALUE,
        Integer.MIN_VALUE,
        1L << 32,
        Long.MAX_VALUE,
        Long.MIN_VALUE
    };

    private final List<byte[]> documents;
    private final List<byte[]> tokens;

    Mutator(List<byte[]> documents, List<byte[]> tokens) {
        this.documents = documents;
        this.tokens = tokens;
    }

    byte[] document(SplittableRandom random) {
        if (random.nextInt(ONE_IN_RANDOM) == 0) {
            byte[] noise = new byte[random.nextInt(LONGEST_RANDOM)];
            random.nextBytes(noise);
            return noise;
        }
        byte[] document = any(documents, random).clone();
        if (random.nextInt(ONE_IN_WHOLE) == 0) {
            return document;
        }
        for (int changes = random.nextInt(1, MOST_CHANGES); changes > 0; changes--) {
            document = changed(document, random);
        }
        return document;
    }

    private byte[] changed(byte[] document, SplittableRandom random) {
        int at = random.nextInt(document.length + 1);
        int end = Math.min(document.length, at + random.nextInt(1, LONGEST_PIECE));
        return switch (random.nextInt(12)) {
            case 0 -> Arrays.copyOf(document, at);
            case 1 -> replaced(document, at, end, new byte[0]);
            case 2 -> replaced(document, at, at, Arrays.copyOfRange(document, at, end)); // doubled
            case 3 -> replaced(document, at, at, any(tokens, random));
            case 4 -> written(document, at, any(tokens, random));
            case 5 -> replaced(document, at, at, repeated(any(tokens, random), random.nextInt(1, MOST_REPEATS)));
            case 6 -> {
                byte[] other = any(documents, random);
                int from = random.nextInt(other.length + 1);
                yield replaced(document, at, document.length, Arrays.copyOfRange(other, from, other.length));
            }
            case 7, 8 -> written(document, at, number(random));
            case 9 -> {
                byte[] filled = document.clone();
                Arrays.fill(filled, at, end, (byte) TELLING[random.nextInt(TELLING.length)]);
                yield filled;
            }
            default -> flipped(document, at, random.nextInt(8));
        };
    }

    private static byte[] flipped(byte[] document, int at, int bit) {
        byte[] flipped = document.clone();
        if (at < document.length) {
            flipped[at] ^= (byte) (1 << bit);
        }
        return flipped;
    }

    /** With bytes written over what is there. */
    private static byte[] written(byte[] document, int at, byte[] bytes) {
        return replaced(document, at, Math.min(document.length, at + bytes.length), bytes);
    }

    /** A number that lengths and counts are checked with, in one of the ways formats write them. */
    private static byte[] number(SplittableRandom random) {
        long value = TELLING[random.nextInt(TELLING.length)];
        ByteOrder order = random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        return switch (random.nextInt(4)) {
            case 0 -> new byte[] {(byte) value};
            case 1 ->
                ByteBuffer.allocate(Integer.BYTES)
                        .order(order)
                        .putInt((int) value)
                        .array();
            case 2 ->
                ByteBuffer.allocate(Long.BYTES).order(order).putLong(value).array();
            default -> varint(random.nextBoolean() ? value : value << 1 ^ value >> 63);
        };
    }

    private static byte[] varint(long value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes.write((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        bytes.write((int) rest);
        return bytes.toByteArray();
    }

    private static byte[] repeated(byte[] token, int count) {
        byte[] all = new byte[token.length * count];
        for (int i = 0; i < count; i++) {
            System.arraycopy(token, 0, all, i * token.length, token.length);
        }
        return all;
    }

    private static byte[] replaced(byte[] document, int from, int to, byte[] by) {
        byte[] made = new byte[document.length - (to - from) + by.length];
        System.arraycopy(document, 0, made, 0, from);
        System.arraycopy(by, 0, made, from, by.length);
        System.arraycopy(document, to, made, from + by.length, document.length - to);
        return made;
    }

    private static byte[] any(List<byte[]> all, SplittableRandom random) {
        return all.get(random.nextInt(all.size()));
    }
}
