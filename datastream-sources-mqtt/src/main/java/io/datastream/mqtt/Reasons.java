package io.datastream.mqtt;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the numbers mean by which brokers refuse or end something. */
final class Reasons {
    private static final Map<Integer, String> OLD = Map.of(
            1, "protocol version not supported (expected: another one; see withVersion)",
            2, "client id not allowed (expected: one that the broker accepts)",
            3, "server unavailable",
            4, "bad user name or password (expected: those of a user of the broker; see withCredentials)",
            5, "not authorized (expected: name and password of a user who may do this; see withCredentials)");

    private static final Map<Integer, String> NEW = Map.ofEntries(
            Map.entry(0x80, "unspecified error"),
            Map.entry(0x81, "malformed packet"),
            Map.entry(0x82, "protocol error"),
            Map.entry(0x83, "implementation specific error"),
            Map.entry(0x84, "protocol version not supported (expected: another one; see withVersion)"),
            Map.entry(0x85, "client id not allowed (expected: one that the broker accepts)"),
            Map.entry(0x86, "bad user name or password (expected: those of a user of the broker; see withCredentials)"),
            Map.entry(
                    0x87,
                    "not authorized (expected: name and password of a user who may do this; see withCredentials)"),
            Map.entry(0x88, "server unavailable"),
            Map.entry(0x89, "server busy"),
            Map.entry(0x8a, "banned"),
            Map.entry(0x8b, "server shutting down"),
            Map.entry(0x8c, "bad authentication method"),
            Map.entry(0x8d, "keep-alive timeout"),
            Map.entry(0x8e, "session taken over (expected: a client id that no other program uses)"),
            Map.entry(0x8f, "topic filter not valid"),
            Map.entry(0x90, "topic name not valid"),
            Map.entry(0x93, "more messages under way than allowed"),
            Map.entry(0x95, "packet too large"),
            Map.entry(0x97, "quota exceeded"),
            Map.entry(0x98, "ended by an administrator"),
            Map.entry(0x9a, "retained messages not supported"),
            Map.entry(0x9b, "this QoS is not supported"),
            Map.entry(0x9c, "use another server"),
            Map.entry(0x9d, "server moved"),
            Map.entry(0x9e, "shared subscriptions not supported"),
            Map.entry(0x9f, "connection rate exceeded"),
            Map.entry(0xa1, "subscription identifiers not supported"),
            Map.entry(0xa2, "wildcard subscriptions not supported"));

    private Reasons() {}

    /** Why a connection was refused or ended. */
    static String of(int code, @Nullable String brokersWords) {
        String known = code < 0x80 ? OLD.get(code) : NEW.get(code);
        String text = known == null ? "for a reason that is not known" : known;
        String words = brokersWords == null ? "" : ": \"" + MqttMessage.shown(brokersWords) + "\"";
        return text + " (code " + String.format(Locale.ROOT, "0x%02x", code) + ")" + words;
    }

    /** Whether it may be otherwise soon without anybody's doing. */
    static boolean passes(int code) {
        return code == 3 || code == 0x88 || code == 0x89 || code == 0x8b || code == 0x97 || code == 0x9f;
    }
}
