package io.datastream.jdbc;

import java.sql.SQLException;
import java.util.ArrayList;
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
        for (String setting : settings(url)) {
            int equals = setting.indexOf('=');
            if (equals > 0 && isSecret(setting.substring(0, equals)) && equals + 1 < setting.length()) {
                replacements.put(setting.substring(equals + 1), HIDDEN);
            }
        }
        if (password != null && !password.isEmpty()) {
            replacements.put(password, HIDDEN);
        }
    }

    /** The part of a URL that says where the database is: without user and without settings. */
    static String shown(String url) {
        int end = url.length();
        for (char stop : new char[] {'?', ';'}) {
            int at = url.indexOf(stop);
            end = at >= 0 && at < end ? at : end;
        }
        String place = url.substring(0, end);
        int slashes = place.indexOf("//");
        int user = place.lastIndexOf('@');
        return slashes >= 0 && user > slashes ? place.substring(0, slashes + 2) + place.substring(user + 1) : place;
    }

    private static List<String> settings(String url) {
        List<String> settings = new ArrayList<>();
        String place = shown(url);
        if (!url.startsWith(place)) { // a user before the host: all that comes before it is one secret
            int slashes = url.indexOf("//");
            settings.add("password=" + url.substring(slashes + 2, url.lastIndexOf('@')));
        }
        for (String part : url.split("[?;&]", -1)) {
            settings.add(part);
        }
        return settings;
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
