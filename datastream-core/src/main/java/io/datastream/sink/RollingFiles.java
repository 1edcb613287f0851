package io.datastream.sink;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How the files of one task of a rolling sink are called. */
final class RollingFiles {
    private static final DateTimeFormatter PERIOD =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final String IN_PROGRESS = ".inprogress";
    private static final String FINISHING = ".finishing";

    private final Path folder;
    private final String stem;
    private final String ending;
    private final int task;
    private final Pattern own;

    RollingFiles(Path folder, String fileName, int task) {
        this.folder = folder;
        this.task = task;
        String compressed = fileName.endsWith(".gz") ? ".gz" : "";
        String plain = fileName.substring(0, fileName.length() - compressed.length());
        int dot = plain.lastIndexOf('.');
        int end = dot > 0 ? dot : plain.length();
        this.stem = plain.substring(0, end);
        this.ending = plain.substring(end) + compressed;
        this.own = Pattern.compile("(\\.)?" + Pattern.quote(stem) + "-(?:[0-9]{8,}T[0-9]{6}Z-)?" + task + "-([0-9]{6,})"
                + Pattern.quote(ending) + "(\\" + IN_PROGRESS + "|\\" + FINISHING + ")?");
    }

    Path folder() {
        return folder;
    }

    /** What all of them have in common, such as {@code readings-0.parquet}. */
    String name() {
        return stem + "-" + task + ending;
    }

    boolean isCompressed() {
        return ending.endsWith(".gz");
    }

    Path file(RollingPart part) {
        String period = part.hasPeriod() ? PERIOD.format(Instant.EPOCH.plusNanos(part.periodStart())) + "-" : "";
        return folder.resolve(String.format(Locale.ROOT, "%s-%s%d-%06d%s", stem, period, task, part.number(), ending));
    }

    Path inProgress(RollingPart part) {
        return folder.resolve("." + file(part).getFileName() + IN_PROGRESS);
    }

    /** Deletes the hidden files of this task that are not among the known ones. */
    void deleteAbandoned(Set<Path> known) throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            for (Path path : all) {
                Matcher name = own.matcher(String.valueOf(path.getFileName()));
                if (name.matches() && name.group(1) != null && name.group(3) != null && !known.contains(path)) {
                    Files.delete(path);
                }
            }
        }
    }

    /** One more than the highest number of the files of this task. */
    long nextNumber() throws IOException {
        long next = 0;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            for (Path path : all) {
                Matcher name = own.matcher(String.valueOf(path.getFileName()));
                if (name.matches() && name.group(1) == null && name.group(3) == null) {
                    next = Math.max(next, Long.parseLong(name.group(2)) + 1);
                }
            }
        }
        return next;
    }
}
