package io.datastream.push;

import io.datastream.codec.Codec;
import io.datastream.codec.FileFormat;
import io.datastream.log.DurableLog;
import io.datastream.source.SourceConnector;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A path to which records of one type are pushed, the log that keeps them, and the forms in which they may come. Immutable;
 * {@link #accepting} returns a changed copy.
 *
 * @param <T> the records
 */
public final class PushRoute<T> {
    private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9._~-]+)+");
    private static final Pattern TYPE = Pattern.compile("[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+");

    private final String path;
    private final DurableLog log;
    private final Codec<T> codec;
    private final Map<String, FileFormat<T>> formats;

    private PushRoute(String path, DurableLog log, Codec<T> codec, Map<String, FileFormat<T>> formats) {
        this.path = path;
        this.log = log;
        this.codec = codec;
        this.formats = formats;
    }

    /**
     * A route that accepts nothing yet.
     *
     * @param path such as {@code /readings}: parts of letters, digits, '.', '_', '~' and '-'
     * @param log keeps the records; not closed by the server. One log for each route
     * @param codec how they are kept
     */
    public static <T> PushRoute<T> at(String path, DurableLog log, Codec<T> codec) {
        if (!PATH.matcher(path).matches() || path.equals(PushServer.HEALTH)) {
            throw new IllegalArgumentException(
                    "path: \"" + path + "\" (expected: such as /readings, and not " + PushServer.HEALTH + ")");
        }
        return new PushRoute<>(path, log, codec, Map.of());
    }

    /**
     * The same with one more form of the body.
     *
     * @param contentType such as {@code text/csv}, without parameters
     * @param format of the whole body
     */
    public PushRoute<T> accepting(String contentType, FileFormat<T> format) {
        String type = contentType.toLowerCase(Locale.ROOT);
        if (!TYPE.matcher(type).matches() || formats.containsKey(type)) {
            throw new IllegalArgumentException(
                    "contentType: \"" + contentType + "\" (expected: such as text/csv, each once)");
        }
        Map<String, FileFormat<T>> more = new LinkedHashMap<>(formats);
        more.put(type, format);
        return new PushRoute<>(path, log, codec, more);
    }

    /** The records that were kept, for a pipeline. */
    public SourceConnector<T> source() {
        return log.source(codec);
    }

    /** The path. */
    public String path() {
        return path;
    }

    DurableLog log() {
        return log;
    }

    Codec<T> codec() {
        return codec;
    }

    Iterable<String> types() {
        return formats.keySet();
    }

    boolean acceptsNothing() {
        return formats.isEmpty();
    }

    @Nullable
    FileFormat<T> format(String type) {
        return formats.get(type);
    }

    @Override
    public String toString() {
        return path + " " + formats.keySet();
    }
}
