package io.datastream.alert;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Says that something is wrong, has become worse, or is well again, and why.
 *
 * <p>Alerts come in episodes. An episode of a rule and a series begins with one that is {@link AlertState#RAISED}, may go on
 * with some that are {@link AlertState#HELD} or {@link AlertState#WORSENED}, and ends with one that is
 * {@link AlertState#CLEARED}. They share {@link #episode()} and are numbered from 0. There is at most one episode of a rule
 * and series at a time.
 *
 * <p>All of an alert is a function of what it was made from: the same input gives the same alert, and the same {@link #id()},
 * on every run. Two alerts with the same id are the same alert, delivered twice.
 *
 * <p>It is a record of simple types, so every codec and every sink of records takes it. The texts are sentences for people and
 * may contain anything that came with the data; {@link #headline()} and {@link #sentences()} are safe for a line of a log or
 * a header of a message.
 *
 * @param rule name of the rule
 * @param pipeline name of the pipeline
 * @param series the key of the data, or the tags of the meter, as text; null if the rule is about the pipeline as a whole
 * @param severity how much it matters
 * @param state what it tells of the episode
 * @param since since when it has been so: the first moment at which the condition held
 * @param at the moment that this alert tells of; event time for rules on data
 * @param value the value that was judged; null if the rule judges no number. {@code NaN} becomes null
 * @param limit what it was compared with; null if the rule has no number. {@code NaN} becomes null
 * @param what one sentence: what is the matter
 * @param why one sentence: why this is taken for a problem
 * @param whereToLook one sentence: where to look first
 * @param episode the same for all alerts of an episode, and different for any two episodes, see {@link #episodeOf}
 * @param number which alert of its episode this is, from 0
 */
public record Alert(
        String rule,
        String pipeline,
        @Nullable String series,
        Severity severity,
        AlertState state,
        Instant since,
        Instant at,
        @Nullable Double value,
        @Nullable Double limit,
        String what,
        String why,
        String whereToLook,
        String episode,
        int number) {
    private static final int LONGEST_NAME = 120;

    /** Checks that names are there, and that the numbering fits the state. */
    public Alert {
        requireText("rule", rule);
        requireText("pipeline", pipeline);
        requireText("episode", episode);
        if (number < 0 || (number == 0) != (state == AlertState.RAISED)) {
            throw new IllegalArgumentException("number: " + number
                    + " (expected: 0 for an alert that is raised, more for others; this one is " + state + ")");
        }
        value = value == null || value.isNaN() ? null : value;
        limit = limit == null || limit.isNaN() ? null : limit;
    }

    private static void requireText(String name, String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException(name + ": \"" + text + "\" (expected: text that is not blank)");
        }
    }

    /**
     * The id of an episode: 32 hexadecimal digits that depend on these four alone.
     *
     * @param series null for none
     * @param since when the episode began
     */
    public static String episodeOf(String pipeline, String rule, @Nullable String series, Instant since) {
        MessageDigest digest = sha256();
        add(digest, pipeline);
        add(digest, rule);
        add(digest, series == null ? "" : "=" + series); // an empty series is not the same as none
        add(digest, since.toString());
        return firstDigits(digest);
    }

    static String firstDigits(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest(), 0, 16);
    }

    /** Adds a text that cannot run into the next one. */
    static void add(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
        digest.update(bytes);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is missing, which every JDK has", e);
        }
    }

    /** What tells this alert from all others, and is the same when it is delivered again: episode and number. */
    public String id() {
        return episode + "-" + number;
    }

    /** How long it has lasted; never negative. */
    public Duration lasting() {
        return at.isBefore(since) ? Duration.ZERO : Duration.between(since, at);
    }

    /** Severity, state, rule and series on one line, such as {@code WARNING raised: too-hot of boiler-3 in plant}. */
    public String headline() {
        return severity + " " + state.name().toLowerCase(Locale.ROOT) + ": " + name(rule)
                + (series == null ? "" : " of " + name(series)) + " in " + name(pipeline);
    }

    private static String name(String text) {
        return AlertText.shortened(AlertText.oneLine(text), LONGEST_NAME);
    }

    /**
     * All that it says, one sentence each and each on one line: what, since when, the value, the limit, why, where to look.
     * Value and limit are left out where there is none.
     */
    public List<String> sentences() {
        List<String> sentences = new ArrayList<>();
        sentences.add(AlertText.oneLine(what));
        sentences.add(
                state.isActive()
                        ? "It has been so since " + since + ", for " + AlertText.duration(lasting()) + "."
                        : "It was so from " + since + " to " + at + ", for " + AlertText.duration(lasting()) + ".");
        if (value != null) {
            sentences.add("The value is " + AlertText.number(value) + ".");
        }
        if (limit != null) {
            sentences.add("The limit is " + AlertText.number(limit) + ".");
        }
        sentences.add(AlertText.oneLine(why));
        sentences.add(AlertText.oneLine(whereToLook));
        return List.copyOf(sentences);
    }

    /** Headline and sentences, a line each. */
    public String text() {
        return headline() + "\n" + String.join("\n", sentences());
    }

    /**
     * All of it as an object of JSON, in ASCII: the components by their names, after {@code id}. Times are ISO 8601 in UTC; what
     * is missing is {@code null}; an infinite number is a string.
     */
    public String json() {
        return "{\"id\":" + AlertText.json(id())
                + ",\"episode\":" + AlertText.json(episode)
                + ",\"number\":" + number
                + ",\"rule\":" + AlertText.json(rule)
                + ",\"pipeline\":" + AlertText.json(pipeline)
                + ",\"series\":" + (series == null ? "null" : AlertText.json(series))
                + ",\"severity\":" + AlertText.json(severity.name())
                + ",\"state\":" + AlertText.json(state.name())
                + ",\"since\":" + AlertText.json(since.toString())
                + ",\"at\":" + AlertText.json(at.toString())
                + ",\"value\":" + json(value)
                + ",\"limit\":" + json(limit)
                + ",\"what\":" + AlertText.json(what)
                + ",\"why\":" + AlertText.json(why)
                + ",\"whereToLook\":" + AlertText.json(whereToLook)
                + "}";
    }

    private static String json(@Nullable Double number) {
        if (number == null) {
            return "null";
        }
        return Double.isInfinite(number) ? AlertText.json(number.toString()) : number.toString();
    }
}
