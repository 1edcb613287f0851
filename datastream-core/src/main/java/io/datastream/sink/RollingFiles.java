package io.datastream.sink;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How the files of one task of a rolling sink are called. */
final class RollingFiles {
    private static final DateTimeFormatter PERIOD =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final String IN_PROGRESS = ".inprogress";
    private static final String FINISHING = ".finishing";

    private final String stem;
    private final String ending;
    private final int task;
    private final Pattern own;

    RollingFiles(String fileName, int task) {
        this.task = task;
        String compressed = fileName.endsWith(".gz") ? ".gz" : "";
        String plain = fileName.substring(0, fileName.length() - compressed.length());
        int dot = plain.lastIndexOf('.');
        int end = dot > 0 ? dot : plain.length();
        this.stem = plain.substring(0, end);
        this.ending = plain.substring(end) + compressed;
        this.own = Pattern.compile("(\\.)?" + Pattern.quote(stem) + "-(?:[0-9]{8,}T[0-9]{6}Z-)?" + task + "-([0-9]{6,})"
                + Pattern.quote(ending) + "((?:\\.[0-9a-f]{16}(?:-[0-9]+)?)?(?:\\" + IN_PROGRESS + "|\\" + FINISHING
                + "))?");
    }

    /** What all of them have in common, such as {@code readings-0.parquet}. */
    String name() {
        return stem + "-" + task + ending;
    }

    boolean isCompressed() {
        return ending.endsWith(".gz");
    }

    String file(RollingPart part) {
        String period = part.hasPeriod() ? PERIOD.format(Instant.EPOCH.plusNanos(part.periodStart())) + "-" : "";
        return String.format(Locale.ROOT, "%s-%s%d-%06d%s", stem, period, task, part.number(), ending);
    }

    String inProgress(RollingPart part) {
        return "." + file(part) + IN_PROGRESS;
    }

    /** A piece of a file, as one of its writers has written it. */
    String segment(RollingPart part, long writer, int number) {
        return String.format(Locale.ROOT, ".%s.%016x-%06d%s", file(part), writer, number, IN_PROGRESS);
    }

    /** A file as one of its writers puts it together. */
    String finishing(RollingPart part, long writer) {
        return String.format(Locale.ROOT, ".%s.%016x%s", file(part), writer, FINISHING);
    }

    /** Whether it is a hidden file of this task. */
    boolean isHidden(String name) {
        Matcher matcher = own.matcher(name);
        return matcher.matches() && matcher.group(1) != null && matcher.group(3) != null;
    }

    /** One more than the highest number of the files of this task that are among the names. */
    long nextNumber(List<String> all) {
        long next = 0;
        for (String name : all) {
            Matcher matcher = own.matcher(name);
            if (matcher.matches() && matcher.group(1) == null && matcher.group(3) == null) {
                next = Math.max(next, Long.parseLong(matcher.group(2)) + 1);
            }
        }
        return next;
    }
}
