package io.datastream.sink;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A folder on a local disk. A hidden file is cut to its length at the last commit after a crash. */
final class LocalRollingStore implements RollingStore {
    private final Path folder;
    private final RollingFiles names;
    private final Journal<?> journal;
    private final TaskLock lock;

    private LocalRollingStore(Path folder, RollingFiles names, Journal<?> journal, TaskLock lock) {
        this.folder = folder;
        this.names = names;
        this.journal = journal;
        this.lock = lock;
    }

    static LocalRollingStore open(Path folder, RollingFiles names, Journal<?> journal) throws IOException {
        Files.createDirectories(folder);
        return new LocalRollingStore(folder, names, journal, TaskLock.take(folder, names.name()));
    }

    @Override
    public void deleteAllBut(Map<RollingPart, Progress> known) throws IOException {
        Set<String> kept = known.keySet().stream().map(names::inProgress).collect(Collectors.toSet());
        for (String name : list()) {
            if (names.isHidden(name) && !kept.contains(name)) {
                Files.delete(folder.resolve(name));
            }
        }
    }

    @Override
    public long nextNumber() throws IOException {
        return names.nextNumber(list());
    }

    private List<String> list() throws IOException {
        List<String> all = new ArrayList<>();
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(folder)) {
            paths.forEach(path -> all.add(String.valueOf(path.getFileName())));
        }
        return all;
    }

    @Override
    public GrowingFile begin(RollingPart part) throws IOException {
        return LocalGrowingFile.open(inProgress(part), 0);
    }

    @Override
    public @Nullable GrowingFile resume(RollingPart part, Progress progress) throws IOException {
        Path inProgress = inProgress(part);
        if (!Files.exists(inProgress) && Files.exists(file(part))) {
            return null; // the pipeline crashed between its last commit, after which all is published, and its own end
        }
        long found = Files.exists(inProgress) ? Files.size(inProgress) : 0;
        if (found < progress.length()) {
            throw new IOException(inProgress.getFileName() + " has " + found + " bytes (expected: " + progress.length()
                    + " or more, as at the last commit)");
        }
        return LocalGrowingFile.open(inProgress, progress.length());
    }

    @Override
    public void sync() throws IOException {
        FileSinkWriter.force(folder);
    }

    @Override
    public void publish(RollingPart part, Progress progress) throws IOException {
        Path inProgress = inProgress(part);
        Path file = file(part);
        // a crash may have come between the new name and the end of the journal
        if (Files.exists(file)) {
            Files.deleteIfExists(inProgress);
        } else if (Files.exists(inProgress)) {
            journal.finish(inProgress, file);
        }
    }

    private Path file(RollingPart part) {
        return folder.resolve(names.file(part));
    }

    private Path inProgress(RollingPart part) {
        return folder.resolve(names.inProgress(part));
    }

    @Override
    public void end() throws IOException {
        lock.delete();
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
