package io.datastream.monitor;

import com.sun.net.httpserver.Headers;
import io.datastream.secret.SecretSource;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who may see what is served. With a token: those who send it, and browsers that were given a session for it. Without one:
 * whoever can connect and means this server, which a page of another site that had its name point here does not.
 */
final class Access {
    /** The oldest session ends when there is one more. */
    private static final int MOST_SESSIONS = 100;

    private static final long SESSION_NANOS = Duration.ofHours(12).toNanos();

    private static final Pattern PORT = Pattern.compile(":\\d{1,5}$");

    private final @Nullable SecretSource token;
    private final boolean secure;
    private final Set<String> hosts;
    private final SecureRandom random = new SecureRandom();
    private final Deque<Session> sessions = new ArrayDeque<>();
    private String cookie = "datastream-monitor";

    /**
     * What lasts as long as the token that was shown for it: the session of a browser, or the right of a program to follow.
     */
    static final class Session {
        private final byte[] token;
        private final byte @Nullable [] cookie;
        private final long started = System.nanoTime();

        /** @param cookie digest of the number in it; null for a program, which has none */
        private Session(byte[] token, byte @Nullable [] cookie) {
            this.token = token;
            this.cookie = cookie;
        }
    }

    /**
     * The rules of a server.
     *
     * @param hosts names by which it may be called when there is no token
     */
    Access(@Nullable SecretSource token, boolean secure, Set<String> hosts) {
        this.token = token;
        this.secure = secure;
        this.hosts = hosts;
    }

    /** Browsers send cookies of all ports of a host to each of them, so the port is in the name. */
    void servedOn(int port) {
        cookie = "datastream-monitor-" + port;
    }

    boolean needsToken() {
        return token != null;
    }

    /** What is wrong with the name that the client called; null if it is this server's. */
    @Nullable
    String wrongHost(Headers headers) {
        if (token != null) {
            return null;
        }
        String host = headers.getFirst("Host");
        String name = host == null ? "" : PORT.matcher(host).replaceFirst("").toLowerCase(Locale.ROOT);
        return hosts.contains(name) ? null : "host: not this server's name (expected: one of " + hosts + ")";
    }

    /** Whether the request may see everything. */
    boolean isAllowed(Headers headers) {
        return token == null || hasToken(headers) || session(headers) != null;
    }

    private boolean hasToken(Headers headers) {
        String value = headers.getFirst("Authorization");
        return value != null
                && value.regionMatches(true, 0, "Bearer ", 0, 7)
                && isToken(value.substring(7).trim());
    }

    /** Takes the same time for any two texts of the same length. */
    boolean isToken(String given) {
        return token != null && MessageDigest.isEqual(digest(given), digest(token.reveal()));
    }

    /** What allows the request to follow, for as long as {@link #isOpen} says; null if nothing is needed. */
    @Nullable
    Session grant(Headers headers) {
        Session session = session(headers);
        return session != null || token == null ? session : new Session(digest(token.reveal()), null);
    }

    /** The session of the request's cookie; null if it has none that is open. */
    @Nullable
    Session session(Headers headers) {
        for (String id : sessionIds(headers)) {
            Session found = session(digest(id));
            if (found != null && isOpen(found)) {
                return found;
            }
        }
        return null;
    }

    private List<String> sessionIds(Headers headers) {
        List<String> ids = new ArrayList<>();
        for (String header : headers.getOrDefault("Cookie", List.of())) {
            for (String part : header.split(";")) {
                String[] pair = part.trim().split("=", 2);
                if (pair.length == 2 && pair[0].equals(cookie)) {
                    ids.add(pair[1]);
                }
            }
        }
        return ids;
    }

    private synchronized @Nullable Session session(byte[] digest) {
        Session found = null;
        for (Session session : sessions) {
            if (MessageDigest.isEqual(session.cookie, digest)) {
                found = session;
            }
        }
        return found;
    }

    /** Whether the session has not been ended, by the browser, by time, or by another token in the place of its own. */
    boolean isOpen(Session session) {
        return open().test(session);
    }

    /** The same of many sessions: the token is read once, now. */
    Predicate<Session> open() {
        byte[] current = token == null ? null : digest(token.reveal());
        return session -> current != null
                && MessageDigest.isEqual(session.token, current)
                && (session.cookie == null
                        || (System.nanoTime() - session.started <= SESSION_NANOS && isKnown(session)));
    }

    private synchronized boolean isKnown(Session session) {
        return sessions.contains(session);
    }

    synchronized void end(Session session) {
        sessions.remove(session);
    }

    /** Begins a session for the token. Returns the cookie to set. */
    synchronized String newSession(String shown) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        String id = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        if (sessions.size() == MOST_SESSIONS) {
            sessions.removeFirst();
        }
        sessions.addLast(new Session(digest(shown), digest(id)));
        return cookie(id);
    }

    /** The cookie that takes the place of that of a session, and is gone at once. */
    String noSession() {
        return cookie("") + "; Max-Age=0";
    }

    private String cookie(String id) {
        return cookie + "=" + id + "; Path=/; HttpOnly; SameSite=Strict" + (secure ? "; Secure" : "");
    }

    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
