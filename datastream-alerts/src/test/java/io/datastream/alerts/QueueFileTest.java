package io.datastream.alerts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.alert.Notice;
import io.datastream.testkit.Seeds;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueueFileTest {
    @TempDir
    Path folder;

    private static List<Notice> drain(QueueFile queue) throws IOException {
        List<Notice> all = new ArrayList<>();
        for (Notice first = queue.first(); first != null; first = queue.first()) {
            all.add(first);
            queue.removeFirst();
        }
        return all;
    }

    private static List<Notice> contents(Path path) throws IOException {
        Path copy = path.resolveSibling("copy.queue");
        Files.deleteIfExists(copy);
        Files.copy(path, copy);
        try (QueueFile queue = QueueFile.open(copy)) {
            return drain(queue);
        }
    }

    @Test
    void keepsAllOfANotice() throws IOException {
        Path path = folder.resolve("a.queue");
        Notice notice = Notice.of(List.of(Notices.raised("a\r\n\u00e9\ud83d\ude00"), Notices.raised(null)));
        try (QueueFile queue = QueueFile.open(path)) {
            queue.add(notice);
        }
        assertThat(contents(path)).containsExactly(notice);
    }

    @Test
    void equalsAModelWhateverTheCrashCutsOff() {
        Seeds.forEach(60, seed -> {
            Random random = new Random(seed);
            Path path = folder.resolve(seed + ".queue");
            Deque<Notice> model = new ArrayDeque<>();
            List<Long> sizes = new ArrayList<>(List.of(0L));
            List<List<Notice>> states = new ArrayList<>(List.of(List.of()));
            QueueFile queue = QueueFile.open(path);
            for (int step = 0; step < 30; step++) {
                if (random.nextInt(5) == 0) {
                    queue.close();
                    queue = QueueFile.open(path);
                } else if (random.nextInt(5) < 3) {
                    Notice notice = Notices.notice("s" + step + "x".repeat(random.nextInt(50)));
                    queue.add(notice);
                    model.addLast(notice);
                } else if (!model.isEmpty() && !queue.isFirstWhole() && random.nextBoolean()) {
                    int many = 1 + random.nextInt(model.size());
                    List<Notice> joined = new ArrayList<>();
                    for (int i = 0; i < many; i++) {
                        joined.add(model.removeFirst());
                    }
                    queue.joinFirst(many);
                    model.addFirst(Notice.together(joined));
                } else if (!model.isEmpty()) {
                    queue.removeFirst();
                    model.removeFirst();
                }
                if (Files.size(path) == 0) {
                    sizes.clear();
                    states.clear();
                }
                sizes.add(Files.size(path));
                states.add(List.copyOf(model));
                assertThat(queue.size()).isEqualTo(model.size());
                assertThat(queue.first()).isEqualTo(model.peekFirst());
            }
            queue.close();
            assertThat(contents(path)).isEqualTo(List.copyOf(model));
            long cut = random.nextLong(Files.size(path) + 1);
            try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
                file.setLength(cut);
            }
            int last = 0;
            while (last + 1 < sizes.size() && sizes.get(last + 1) <= cut) {
                last++;
            }
            assertThat(contents(path)).as("cut at %s of %s", cut, sizes).isEqualTo(states.get(last));
        });
    }

    @Test
    void goesOnBehindAnEntryThatWasCutOff() throws IOException {
        Path path = folder.resolve("a.queue");
        try (QueueFile queue = QueueFile.open(path)) {
            queue.add(Notices.notice("a"));
        }
        Files.write(path, new byte[] {0, 0, 1, 0, 9, 9}, StandardOpenOption.APPEND);
        try (QueueFile queue = QueueFile.open(path)) {
            queue.add(Notices.notice("b"));
        }
        assertThat(contents(path)).containsExactly(Notices.notice("a"), Notices.notice("b"));
    }

    @Test
    void leavesOutALastEntryThatIsCutOffAtAnyByteOrDamaged() throws IOException {
        Path path = folder.resolve("a.queue");
        int begin;
        try (QueueFile queue = QueueFile.open(path)) {
            queue.add(Notices.notice("a"));
            begin = (int) Files.size(path);
            queue.add(Notices.notice("b"));
        }
        byte[] whole = Files.readAllBytes(path);
        for (int at = begin; at < whole.length; at++) {
            Files.write(path, Arrays.copyOf(whole, at));
            assertThat(contents(path)).as("cut at %s", at).containsExactly(Notices.notice("a"));
            byte[] damaged = whole.clone();
            damaged[at] ^= 1;
            Files.write(path, damaged);
            assertThat(contents(path)).as("damaged at %s", at).containsExactly(Notices.notice("a"));
        }
    }

    @Test
    void losesOnlyTheDamagedNoticeWhereverItsBytesAreDamaged() throws IOException {
        Path path = folder.resolve("a.queue");
        List<Notice> added =
                List.of("a", "b", "c", "d", "e").stream().map(Notices::notice).toList();
        List<Integer> ends = new ArrayList<>();
        try (QueueFile queue = QueueFile.open(path)) {
            for (Notice notice : added) {
                queue.add(notice);
                ends.add((int) Files.size(path));
            }
            queue.removeFirst();
            queue.removeFirst();
        }
        byte[] whole = Files.readAllBytes(path);
        for (int at = 0; at < whole.length; at += 7) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 1;
            Files.write(path, damaged);
            int place = at;
            int lost = (int) ends.stream().filter(end -> end <= place).count();
            List<Notice> due = new ArrayList<>(added.subList(2, 5));
            if (lost < added.size()) {
                due.remove(added.get(lost));
            }
            QueueFile.open(path).close();
            boolean isLastEntry = at >= whole.length - 9; // which a crash may have cut off
            assertThat(contents(path)).as("damaged at %s", at).containsAll(due).hasSizeLessThanOrEqualTo(added.size());
            assertThat(Files.deleteIfExists(folder.resolve("a.queue.damaged")))
                    .as("a copy of what is damaged at %s", at)
                    .isEqualTo(!isLastEntry);
        }
    }

    @Test
    void refusesAnEntryOfAnotherVersion() throws IOException {
        Path path = folder.resolve("a.queue");
        byte[] content = {9};
        CRC32 crc = new CRC32();
        crc.update(content);
        Files.write(
                path,
                ByteBuffer.allocate(9)
                        .putInt(1)
                        .putInt((int) crc.getValue())
                        .put(content)
                        .array());
        assertThatThrownBy(() -> QueueFile.open(path))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("an entry of kind 9");
        assertThat(path).hasSize(9);
    }

    @Test
    void shrinksWhenMuchOfItIsDone() throws IOException {
        Path path = folder.resolve("a.queue");
        List<Notice> last = new ArrayList<>();
        try (QueueFile queue = QueueFile.open(path)) {
            for (int i = 0; i < 120; i++) {
                Notice notice = Notices.notice(i + "x".repeat(10_000));
                queue.add(notice);
                last.add(notice);
            }
            for (int i = 0; i < 110; i++) {
                queue.removeFirst();
            }
            queue.add(Notices.notice("b"));
        }
        last.add(Notices.notice("b"));
        assertThat(Files.size(path)).isLessThan(QueueFile.COMPACT_ABOVE);
        assertThat(contents(path)).isEqualTo(last.subList(110, 121));
    }

    @Test
    void knowsAfterANewStartThatTheFirstIsWhole() throws IOException {
        Path path = folder.resolve("a.queue");
        try (QueueFile queue = QueueFile.open(path)) {
            for (int i = 0; i < 3; i++) {
                queue.add(Notices.notice("s" + i));
            }
            queue.joinFirst(2);
        }
        Path copy = folder.resolve("b.queue");
        Files.copy(path, copy);
        try (QueueFile queue = QueueFile.open(copy)) {
            assertThat(queue.isFirstWhole()).isTrue();
            assertThat(queue.first().alerts()).hasSize(2);
            assertThat(queue.size()).isEqualTo(2);
            queue.removeFirst();
            assertThat(queue.isFirstWhole()).isFalse();
        }
    }

    @Test
    void goesOnInMemoryWhileTheDiskIsFullAndNotesLaterWhatIsDone() throws IOException {
        Path path = folder.resolve("a.queue");
        FullDisk disk = new FullDisk();
        try (QueueFile queue = QueueFile.open(path, disk)) {
            for (String series : List.of("a", "b", "c", "d", "e")) {
                queue.add(Notices.notice(series));
            }
            disk.isFull = true;
            assertThatThrownBy(() -> queue.add(Notices.notice("memory"))).hasMessage("No space left on device");
            assertThatThrownBy(queue::removeFirst).hasMessage("No space left on device");
            assertThatThrownBy(() -> queue.joinFirst(2)).hasMessage("No space left on device");
            assertThatThrownBy(queue::removeFirst).hasMessage("No space left on device");
            assertThat(queue.first()).isEqualTo(Notices.notice("c"));
            assertThat(queue.inMemory()).containsExactly(Notices.notice("memory"));
            assertThat(contents(path)).hasSize(5);
            disk.isFull = false;
            queue.joinFirst(2);
            queue.add(Notices.notice("f"));
            assertThat(contents(path))
                    .extracting(notice -> notice.alerts().size())
                    .containsExactly(2, 1, 1);
            queue.removeFirst();
            disk.isFull = true;
            assertThatThrownBy(queue::removeFirst).hasMessage("No space left on device");
            assertThatThrownBy(queue::removeFirst).hasMessage("No space left on device");
            queue.removeFirst(); // a file that has nothing left is cut, which needs no space
            assertThat(path).isEmptyFile();
        }
    }

    @Test
    void isOfOneUserOnly() throws IOException {
        Path path = folder.resolve("a.queue");
        QueueFile first = QueueFile.open(path);
        assertThatThrownBy(() -> QueueFile.open(path))
                .hasMessage("queue " + path + ": in use by this program (expected: one user)");
        first.close();
        QueueFile.open(path).close();
    }
}
