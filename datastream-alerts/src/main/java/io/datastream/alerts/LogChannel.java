package io.datastream.alerts;

import io.datastream.alert.AlertChannel;
import io.datastream.alert.Notice;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes notices to the log, at the level of their severity: information, warning, error. The logger is {@value #LOGGER}. At
 * least once: a notice is written again if the program died before it had noted that.
 */
public final class LogChannel implements AlertChannel {
    /** Name of the logger. */
    public static final String LOGGER = "io.datastream.alerts";

    private static final Logger LOG = LoggerFactory.getLogger(LOGGER);

    private LogChannel() {}

    /** A channel of the name {@code log}. */
    public static LogChannel create() {
        return new LogChannel();
    }

    @Override
    public String name() {
        return "log";
    }

    @Override
    public void deliver(Notice notice) {
        switch (notice.severity()) {
            case INFO -> LOG.info("{}", notice.text());
            case WARNING -> LOG.warn("{}", notice.text());
            case CRITICAL -> LOG.error("{}", notice.text());
        }
    }
}
