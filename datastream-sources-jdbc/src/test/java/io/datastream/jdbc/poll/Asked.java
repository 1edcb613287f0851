package io.datastream.jdbc.poll;

import io.datastream.codec.CodecException;
import io.datastream.formats.json.JsonCodec;
import io.datastream.log.PolledLog;
import io.datastream.log.Poller;
import io.datastream.source.SourceReader;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Polls when it is told to, as a poller would. */
final class Asked<T> implements AutoCloseable {
    /** What the clock of polls says. */
    static final Instant NOW = Instant.parse("2024-01-01T01:00:00Z");

    final PolledLog log;
    private final JsonCodec<T> codec;
    private final Question<T> question;

    Asked(Path folder, Sql sql, PolledRows rows, Class<T> type, int pageRows) {
        log = PolledLog.open(folder);
        codec = JsonCodec.of(type);
        question = new Question<>(
                Database.at(sql.url()),
                rows,
                type,
                codec,
                pageRows,
                Duration.ofSeconds(30),
                Clock.fixed(NOW, ZoneOffset.UTC));
    }

    /** Asks for a page, and keeps the answer. */
    Poller.Answer page() throws Exception {
        Poller.Answer answer = question.ask(log.cursor());
        log.append(answer.records(), answer.cursor());
        return answer;
    }

    /** Asks for a page, and loses the answer. */
    Poller.Answer lostPage() throws Exception {
        return question.ask(log.cursor());
    }

    /** Reads all pages of a pass, and gives how many rows it has kept. */
    int pass() throws Exception {
        int kept = 0;
        boolean more = true;
        while (more) {
            Poller.Answer answer = page();
            kept += answer.records().size();
            more = answer.isMore();
        }
        return kept;
    }

    /** All that was kept; of malformed rows what is wrong. */
    List<Object> kept() {
        List<Object> all = new ArrayList<>();
        SourceReader.Collector<T> collector = new SourceReader.Collector<>() {
            @Override
            public void record(long offset, long logNanos, T value, byte @Nullable [] original) {
                all.add(value);
            }

            @Override
            public void malformed(long offset, long logNanos, CodecException error, byte @Nullable [] original) {
                all.add(String.valueOf(error.getMessage()));
            }
        };
        try (SourceReader<T> reader = log.source(codec).open(0, 0)) {
            while (reader.poll(1_000, collector) == SourceReader.Status.MORE) {
                // reads on
            }
        }
        return all;
    }

    @Override
    public void close() {
        question.stop();
        question.end();
        log.close();
    }
}
