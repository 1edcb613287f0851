package io.datastream.source.file;

import io.datastream.file.Uncompressor;
import io.datastream.source.GzipInput;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Opens files as they are, or uncompressed where their names say so. */
final class Contents {
    private static final int BUFFER_BYTES = 1 << 16;

    private final Map<String, Uncompressor> uncompressors;

    Contents(Map<String, Uncompressor> uncompressors) {
        this.uncompressors = uncompressors;
    }

    /** How a file of this name is uncompressed; null for one that is not compressed. */
    @Nullable
    Uncompressor uncompressor(String name) {
        for (Map.Entry<String, Uncompressor> each : uncompressors.entrySet()) {
            if (name.endsWith(each.getKey())) {
                return each.getValue();
            }
        }
        return name.endsWith(".gz") ? GzipInput::new : null;
    }

    /** The content from its beginning. */
    InputStream open(Path path) throws IOException {
        InputStream in = Files.newInputStream(path);
        try {
            Uncompressor uncompressor = uncompressor(path.getFileName().toString());
            return uncompressor == null ? in : uncompressor.open(new BufferedInputStream(in, BUFFER_BYTES));
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    Head head(Path path, int longest) throws IOException {
        try (InputStream in = open(path)) {
            return Head.of(in, longest);
        }
    }

    /** Whether a file that cannot be read may just not be complete: it is compressed, and was written to a moment ago. */
    boolean mayBeIncomplete(FoundFile file) {
        return uncompressor(file.name()) != null && file.isYoung();
    }
}
