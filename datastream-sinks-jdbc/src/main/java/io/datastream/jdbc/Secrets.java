package io.datastream.jdbc;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keeps passwords out of messages: those of drivers may repeat the URL. */
final class Secrets {
    private static final String HIDDEN = "***";
    private static final List<String> SECRET_WORDS =
            List.of("password", "passwd", "pwd", "secret", "token", "passphrase");

    private final Map<String, String> replacements = new LinkedHashMap<>();

    Secrets(String url, @Nullable String password) {
        replacements.put(url, shown(url));
        for (String setting : url.split("[?;&]", -1)) {
            int equals = setting.indexOf('=');
            if (equals > 0 && isSecret(setting.substring(0, equals))) {
                hide(setting.substring(equals + 1));
            }
        }
        String user = userOf(url);
        int colon = user.indexOf(':');
        if (colon >= 0) {
            hide(user.substring(colon + 1));
        }
        if (password != null) {
            hide(password);
        }
    }

    /** As it is written, and as a driver may decode it. */
    private void hide(String secret) {
        if (!secret.isEmpty()) {
            replacements.put(secret, HIDDEN);
            if (secret.indexOf('%') >= 0) {
                try {
                    replacements.put(URLDecoder.decode(secret, StandardCharsets.UTF_8), HIDDEN);
                } catch (IllegalArgumentException e) {
                    // not encoded, so nothing decodes it
                    replacements.put(secret, HIDDEN);
                }
            }
        }
    }

    /** The part of a URL that says where the database is: without user and without settings. */
    static String shown(String url) {
        String place = withoutSettings(url);
        String user = userOf(url);
        if (user.isEmpty()) {
            return place;
        }
        int slashes = place.indexOf("//") + 2;
        return place.substring(0, slashes) + place.substring(slashes + user.length() + 1);
    }

    private static String withoutSettings(String url) {
        int end = url.length();
        for (char stop : new char[] {'?', ';'}) {
            int at = url.indexOf(stop);
            end = at >= 0 && at < end ? at : end;
        }
        return url.substring(0, end);
    }

    /** What stands before the host, such as {@code user:password}; empty if nothing does. */
    private static String userOf(String url) {
        String place = withoutSettings(url);
        int slashes = place.indexOf("//");
        int at = place.lastIndexOf('@');
        return slashes >= 0 && at > slashes ? place.substring(slashes + 2, at) : "";
    }

    private static boolean isSecret(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return SECRET_WORDS.stream().anyMatch(lower::contains);
    }

    String clean(@Nullable String text) {
        String cleaned = String.valueOf(text);
        for (Map.Entry<String, String> secret : replacements.entrySet()) {
            cleaned = cleaned.replace(secret.getKey(), secret.getValue());
        }
        return cleaned;
    }

    /** The same error, or, if it or one of its causes tells a secret, a copy that does not. */
    SQLException clean(SQLException error) {
        return tells(error) ? (SQLException) copy(error) : error;
    }

    private boolean tells(Throwable error) {
        int depth = 0;
        for (Throwable at = error; at != null && depth < 16; at = at.getCause(), depth++) {
            String text = String.valueOf(at.getMessage());
            if (!clean(text).equals(text)) {
                return true;
            }
        }
        return false;
    }

    private Throwable copy(Throwable error) {
        Throwable cause = error.getCause() == null || error.getCause() == error ? null : copy(error.getCause());
        Throwable copy = error instanceof SQLException sql
                ? new SQLException(clean(sql.getMessage()), sql.getSQLState(), sql.getErrorCode(), cause)
                : new IllegalStateException(error.getClass().getName() + ": " + clean(error.getMessage()), cause);
        copy.setStackTrace(error.getStackTrace());
        return copy;
    }
}
