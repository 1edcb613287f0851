package io.datastream.kafka.internal;

import io.datastream.error.DeadLetter;
import io.datastream.error.Late;
import io.datastream.error.Original;
import io.datastream.error.SourcePlace;
import io.datastream.time.EventTime;
import io.datastream.topic.RecordHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The headers that dead letters and late records have on topics, beside those of the original record. */
public final class LetterHeaders {
    /** What the record is: {@link #DEAD_LETTER} or {@link #LATE}. */
    public static final String KIND = "datastream.kind";

    public static final String PIPELINE = "datastream.pipeline";
    public static final String STEP = "datastream.step";
    public static final String ERROR_CLASS = "datastream.error.class";
    public static final String ERROR_MESSAGE = "datastream.error.message";
    public static final String ATTEMPT = "datastream.attempt";

    /** Where the record came from, in words. */
    public static final String PLACE = "datastream.place";

    public static final String TOPIC = "datastream.topic";
    public static final String PARTITION = "datastream.partition";
    public static final String OFFSET = "datastream.offset";

    /** The original record's timestamp, in milliseconds since the epoch. */
    public static final String TIMESTAMP = "datastream.timestamp";

    /** The event time. */
    public static final String TIME = "datastream.time";

    public static final String WATERMARK = "datastream.watermark";

    /** The value that failed, as text. */
    public static final String VALUE = "datastream.value";

    /** What the record's value is: {@link #ORIGINAL}, {@link #TEXT} or {@link #NOTHING}. */
    public static final String CONTENT = "datastream.content";

    /** How often the record was played again; it stays when it fails once more. */
    public static final String REPLAYS = "datastream.replays";

    public static final String DEAD_LETTER = "dead-letter";
    public static final String LATE = "late";
    public static final String ORIGINAL = "original";
    public static final String TEXT = "text";
    public static final String NOTHING = "nothing";

    private static final int LONGEST = 2_000;
    private static final Set<String> OURS = Set.of(
            KIND,
            PIPELINE,
            STEP,
            ERROR_CLASS,
            ERROR_MESSAGE,
            ATTEMPT,
            PLACE,
            TOPIC,
            PARTITION,
            OFFSET,
            TIMESTAMP,
            TIME,
            WATERMARK,
            VALUE,
            CONTENT);

    private LetterHeaders() {}

    /** Whether a header was written here, and is no header of the original record. */
    public static boolean isOurs(String name) {
        return OURS.contains(name);
    }

    /** The headers of a dead letter. */
    public static List<RecordHeader> of(DeadLetter letter) {
        Writer all = new Writer(letter.original());
        all.put(KIND, DEAD_LETTER);
        all.put(PIPELINE, letter.pipeline());
        all.put(STEP, letter.step());
        all.put(ERROR_CLASS, letter.error());
        all.put(ERROR_MESSAGE, letter.message());
        all.put(ATTEMPT, String.valueOf(letter.attempts()));
        all.source(letter.place(), letter.source(), letter.original(), letter.timeNanos());
        if (letter.value() != null) {
            all.put(VALUE, letter.value());
        }
        all.content(letter.original(), letter.value());
        return all.headers;
    }

    /** The headers of a late record. */
    public static List<RecordHeader> of(Late<?> late) {
        Writer all = new Writer(late.original());
        all.put(KIND, LATE);
        all.put(PIPELINE, late.pipeline());
        all.put(STEP, late.step());
        all.source(late.place(), late.source(), late.original(), late.timeNanos());
        all.put(WATERMARK, EventTime.describe(late.watermarkNanos()));
        all.content(late.original(), "");
        return all.headers;
    }

    private static final class Writer {
        final List<RecordHeader> headers = new ArrayList<>();

        Writer(@Nullable Original original) {
            if (original != null) {
                original.headers().stream()
                        .filter(header -> !isOurs(header.name()))
                        .forEach(headers::add);
            }
        }

        void put(String name, String text) {
            headers.add(RecordHeader.of(name, text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "..."));
        }

        void source(String place, @Nullable SourcePlace source, @Nullable Original original, long time) {
            put(PLACE, place);
            if (source != null) {
                put(TOPIC, source.source());
                put(PARTITION, String.valueOf(source.partition()));
                put(OFFSET, String.valueOf(source.offset()));
            }
            if (original != null) {
                put(TIMESTAMP, String.valueOf(Math.floorDiv(original.logNanos(), 1_000_000)));
            }
            if (time != EventTime.MIN) {
                put(TIME, EventTime.describe(time));
            }
        }

        void content(@Nullable Original original, @Nullable String value) {
            put(CONTENT, original != null ? ORIGINAL : value != null ? TEXT : NOTHING);
        }
    }
}
