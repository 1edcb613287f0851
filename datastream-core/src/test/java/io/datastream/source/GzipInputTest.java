package io.datastream.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class GzipInputTest {
    @Test
    void readsMembersOfAllSizesAsOneFile() throws IOException {
        for (long seed = 1; seed <= 50; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            ByteArrayOutputStream plain = new ByteArrayOutputStream();
            ByteArrayOutputStream compressed = new ByteArrayOutputStream();
            for (int member = random.nextInt(1, 6); member > 0; member--) {
                byte[] bytes = new byte[random.nextInt(random.nextBoolean() ? 3 : 200_000)];
                if (random.nextBoolean()) {
                    random.nextBytes(bytes);
                }
                plain.write(bytes);
                compressed.write(gzip(bytes));
            }

            assertThat(unzip(compressed.toByteArray())).as("seed %d", seed).isEqualTo(plain.toByteArray());
        }
    }

    @Test
    void readsByteByByte() throws IOException {
        try (GzipInput in = new GzipInput(new ByteArrayInputStream(gzip(new byte[] {1, -1})))) {
            assertThat(in.read()).isEqualTo(1);
            assertThat(in.read()).isEqualTo(255);
            assertThat(in.read()).isEqualTo(-1);
            assertThat(in.read()).isEqualTo(-1);
        }
    }

    @Test
    void readsAHeaderWithAllItsOptionalParts() throws IOException {
        byte[] simple = gzip(new byte[] {42});
        ByteArrayOutputStream full = new ByteArrayOutputStream();
        full.write(new byte[] {0x1f, (byte) 0x8b, 8, 4 | 8 | 16 | 2, 0, 0, 0, 0, 0, 0});
        full.write(new byte[] {3, 0, 'a', 'b', 'c'}); // extra
        full.write(new byte[] {'n', 0, 'c', 0, 0, 0}); // name, comment, header checksum
        full.write(simple, 10, simple.length - 10);

        assertThat(unzip(full.toByteArray())).containsExactly(42);
    }

    @Test
    void noticesEveryTruncation() throws IOException {
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        byte[] first = gzip(new byte[100]);
        both.write(first);
        both.write(gzip("and a second member".repeat(5).getBytes(StandardCharsets.UTF_8)));
        byte[] bytes = both.toByteArray();
        for (int length = 0; length < bytes.length; length++) {
            byte[] part = Arrays.copyOf(bytes, length);
            if (length == first.length) {
                assertThat(unzip(part)).hasSize(100);
            } else {
                assertThatThrownBy(() -> unzip(part))
                        .as("length %d", length)
                        .isInstanceOf(EOFException.class)
                        .hasMessage("gzip: ends too early (expected: a complete file)");
            }
        }
    }

    @Test
    void noticesWhatComesAfterTheLastMember() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(gzip(new byte[10]));
        bytes.write(new byte[] {0, 0, 0});

        assertThatThrownBy(() -> unzip(bytes.toByteArray()))
                .isInstanceOf(IOException.class)
                .hasMessage("gzip: goes on with something else (expected: an undamaged file)");
    }

    @Test
    void noticesAWrongChecksumAndLength() throws IOException {
        byte[] bytes = gzip(new byte[10]);
        byte[] checksum = bytes.clone();
        checksum[bytes.length - 8] ^= 1;
        byte[] length = bytes.clone();
        length[bytes.length - 4] ^= 1;

        assertThatThrownBy(() -> unzip(checksum)).hasMessage("gzip: wrong checksum (expected: an undamaged file)");
        assertThatThrownBy(() -> unzip(length)).hasMessage("gzip: wrong length (expected: an undamaged file)");
    }

    @Test
    void givesTheSameAsTheJdkOrAnErrorForDamagedFiles() throws IOException {
        byte[] original = gzip("a line of text\n".repeat(20).getBytes(StandardCharsets.UTF_8));
        int errors = 0;
        for (long seed = 1; seed <= 5_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] damaged = original.clone();
            damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            byte[] result;
            try {
                result = unzip(damaged);
            } catch (IOException e) {
                errors++;
                continue;
            }
            assertThat(result)
                    .as("seed %d", seed)
                    .isEqualTo(new GZIPInputStream(new ByteArrayInputStream(damaged)).readAllBytes());
        }
        assertThat(errors).isGreaterThan(4_000);
    }

    private static byte[] unzip(byte[] bytes) throws IOException {
        try (GzipInput in = new GzipInput(new ByteArrayInputStream(bytes))) {
            return in.readAllBytes();
        }
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }
}
