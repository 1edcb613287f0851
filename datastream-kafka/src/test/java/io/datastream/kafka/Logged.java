package io.datastream.kafka;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/**
 * All that is logged while it is open: if not said otherwise, by us whatever the level, by Kafka from INFO on. What a broker in this JVM logs on its
 * own threads is left out; it tells of tokens that it refuses.
 */
final class Logged implements AutoCloseable {
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final Map<Logger, Level> before =
            new TreeMap<>((a, b) -> a.getName().compareTo(b.getName()));
    private final Gatherer gatherer = new Gatherer();

    Logged() {
        this(Map.of("io.datastream", Level.TRACE, "org.apache.kafka", Level.INFO));
    }

    /** @param levels from which level on what is logged by loggers of these names, and those below them, is kept */
    Logged(Map<String, Level> levels) {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        gatherer.setContext(context);
        gatherer.start();
        levels.forEach((name, level) -> {
            Logger logger = context.getLogger(name);
            before.put(logger, logger.getLevel());
            logger.setLevel(level);
            logger.setAdditive(false);
            logger.addAppender(gatherer);
        });
    }

    private final class Gatherer extends AppenderBase<ILoggingEvent> {
        @Override
        protected void append(ILoggingEvent event) {
            if (event.getThreadName().startsWith("data-plane-")) {
                return;
            }
            IThrowableProxy error = event.getThrowableProxy();
            lines.add(event.getLevel() + " " + event.getLoggerName() + " " + event.getFormattedMessage()
                    + (error == null ? "" : "\n" + ThrowableProxyUtil.asString(error)));
        }
    }

    String text() {
        return String.join("\n", lines);
    }

    @Override
    public void close() {
        before.forEach((logger, level) -> {
            logger.detachAppender(gatherer);
            logger.setAdditive(true);
            logger.setLevel(level);
        });
    }
}
