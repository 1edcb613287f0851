package io.datastream.source.file;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/** The files of a folder that match a pattern. */
final class Listing {
    private final Path folder;
    private final PathMatcher matcher;
    private final int depth;

    Listing(String folder, String glob) {
        this.folder = Path.of(folder);
        this.matcher = FileSystems.getDefault().getPathMatcher("glob:" + glob);
        this.depth = glob.contains("/") || glob.contains("**") ? Integer.MAX_VALUE : 1;
    }

    /** In any order. Files and folders whose names begin with a dot are passed over. */
    List<FoundFile> files() throws IOException {
        List<FoundFile> found = new ArrayList<>();
        Files.walkFileTree(folder, EnumSet.noneOf(FileVisitOption.class), depth, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                return !directory.equals(folder) && isHidden(directory)
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (!isHidden(file) && matcher.matches(folder.relativize(file))) {
                    add(file, attributes, found);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException problem) throws IOException {
                if (problem instanceof NoSuchFileException && !file.equals(folder)) {
                    return FileVisitResult.CONTINUE; // deleted or renamed meanwhile
                }
                throw problem;
            }
        });
        return found;
    }

    private static boolean isHidden(Path file) {
        return file.getFileName().toString().startsWith(".");
    }

    private void add(Path file, BasicFileAttributes attributes, List<FoundFile> found) throws IOException {
        BasicFileAttributes target = attributes;
        if (attributes.isSymbolicLink()) {
            try {
                target = Files.readAttributes(file, BasicFileAttributes.class);
            } catch (NoSuchFileException dangling) {
                return;
            }
        }
        if (target.isRegularFile()) {
            String name = folder.relativize(file).toString().replace('\\', '/');
            String key = FoundFile.key(target, name);
            found.add(new FoundFile(
                    name, file, key, target.size(), target.lastModifiedTime().toMillis()));
        }
    }
}
