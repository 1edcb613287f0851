package io.datastream.examples.marketinsights;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.FileAppender;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/** The log file of a run: what is too much for the screen, stack traces and Kafka's warnings included. */
final class RunLog implements AutoCloseable {
    private final Path file;
    private final FileAppender<ILoggingEvent> appender = new FileAppender<>();
    private final List<Logger> loggers;

    private RunLog(Path file) {
        this.file = file;
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        // the root and those that logback.xml keeps off the screen
        this.loggers = Stream.of(Logger.ROOT_LOGGER_NAME, "kafka", "org.apache.kafka", RunLog.class.getName())
                .map(context::getLogger)
                .toList();
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern("%d{HH:mm:ss.SSS} %-5level %-30.30logger %msg%n");
        encoder.start();
        appender.setContext(context);
        appender.setName(file.toString());
        appender.setFile(file.toString());
        appender.setAppend(false);
        appender.setEncoder(encoder);
        appender.start();
        loggers.forEach(logger -> logger.addAppender(appender));
    }

    /** Begins the file anew. */
    static RunLog to(Path file) {
        RunLog log = new RunLog(file);
        if (!log.appender.isStarted()) {
            log.close();
            throw new ProblemException("output: " + file + " cannot be written (expected: a folder for results)");
        }
        return log;
    }

    /** Keeps a failure with its stack trace. */
    void failed(Exception failure) {
        LoggerFactory.getLogger(RunLog.class).error("The run has failed.", failure);
    }

    Path file() {
        return file;
    }

    @Override
    public void close() {
        loggers.forEach(logger -> logger.detachAppender(appender));
        appender.stop();
    }
}
