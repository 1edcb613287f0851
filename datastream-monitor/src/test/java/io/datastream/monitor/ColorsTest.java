package io.datastream.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The colors of the page, by the contrasts that WCAG 2.2 asks for (level AA, 1.4.3 and 1.4.11). */
class ColorsTest {
    private static final Pattern COLOR = Pattern.compile("--([a-z-]+): #([0-9a-f]{6});");

    private static final double FOR_TEXT = 4.5;
    private static final double FOR_CONTROLS = 3;

    /** Text, and what it is on. */
    private static final List<String> TEXTS = List.of(
            "text page, text card, text soft, text bad-soft, text accent-soft, text second-soft",
            "dim page, dim card, dim soft, dim bad-soft",
            "accent page, accent card, accent accent-soft, card accent",
            "ok ok-soft, wait wait-soft, bad bad-soft, wait card, bad card, wait bad-soft, bad page");

    private static final List<String> CONTROLS = List.of("edge card, edge page, accent page, ok card, second card");

    /** As declared, the light ones first. */
    private static List<Map<String, String>> themes() throws IOException {
        String css;
        try (InputStream in = Objects.requireNonNull(ColorsTest.class.getResourceAsStream("monitor.css"))) {
            css = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        String[] parts = css.split("prefers-color-scheme: dark", 2);
        return List.of(colors(parts[0]), colors(parts[1]));
    }

    private static Map<String, String> colors(String css) {
        Map<String, String> colors = new HashMap<>();
        for (Matcher color = COLOR.matcher(css); color.find(); ) {
            colors.put(color.group(1), color.group(2));
        }
        return colors;
    }

    /** Relative luminance, as WCAG defines it. */
    private static double luminance(String color) {
        double sum = 0;
        double[] weights = {0.2126, 0.7152, 0.0722};
        for (int i = 0; i < weights.length; i++) {
            double part = Integer.parseInt(color.substring(2 * i, 2 * i + 2), 16) / 255.0;
            sum += weights[i] * (part <= 0.04045 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4));
        }
        return sum;
    }

    private static void assertContrast(Map<String, String> theme, List<String> lines, double least) {
        for (String pair : String.join(", ", lines).split(", ")) {
            String[] names = pair.split(" ");
            double one = luminance(Objects.requireNonNull(theme.get(names[0]), names[0]));
            double other = luminance(Objects.requireNonNull(theme.get(names[1]), names[1]));
            assertThat((Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05))
                    .as("%s on %s of %s", names[0], names[1], theme)
                    .isGreaterThanOrEqualTo(least);
        }
    }

    @Test
    void textCanBeReadInBothThemes() throws IOException {
        for (Map<String, String> theme : themes()) {
            assertContrast(theme, TEXTS, FOR_TEXT);
        }
    }

    @Test
    void controlsCanBeSeenInBothThemes() throws IOException {
        for (Map<String, String> theme : themes()) {
            assertContrast(theme, CONTROLS, FOR_CONTROLS);
        }
    }
}
