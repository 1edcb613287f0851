package io.datastream.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A short run with a fixed seed. {@code -Dsoak.minutes=5} makes it longer, {@code -Dsoak.minutes=0} leaves it out. */
@Timeout(1_800)
class SoakIT {
    private static final String MINUTES = "soak.minutes";

    @Test
    void losesNothingDoublesNothingAndChangesNothing() {
        Properties properties = new Properties();
        properties.setProperty(MINUTES, "1");
        properties.setProperty("soak.seed", "7");
        properties.setProperty("soak.folder", Path.of("target", "soak-it").toString());
        properties.putAll(System.getProperties());
        Assumptions.assumeFalse(properties.getProperty(MINUTES).equals("0"), "soak.minutes is 0");
        Settings settings = Settings.of(
                Settings.SPEC.loader().withSystemProperties(properties).load());
        assertThat(new SoakRun(settings, System.out).run())
                .as(settings.command())
                .isTrue();
    }
}
