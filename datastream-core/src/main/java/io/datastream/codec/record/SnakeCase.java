package io.datastream.codec.record;

/** The names that columns have in databases, made of the names that components have in Java. */
public final class SnakeCase {
    private SnakeCase() {}

    /** {@code vwapPrice} to {@code vwap_price}, {@code HTTPCode} to {@code http_code}, {@code p95} stays. */
    public static String of(String name) {
        StringBuilder text = new StringBuilder(name.length() + 8);
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (Character.isUpperCase(c) && i > 0) {
                char before = name.charAt(i - 1);
                boolean wordBegins = Character.isLowerCase(before) || Character.isDigit(before);
                boolean acronymEnds = Character.isUpperCase(before)
                        && i + 1 < name.length()
                        && Character.isLowerCase(name.charAt(i + 1));
                if (wordBegins || acronymEnds) {
                    text.append('_');
                }
            }
            text.append(Character.toLowerCase(c));
        }
        return text.toString();
    }
}
