package io.datastream.jdbc.poll;

import io.datastream.log.Poller;

/** Polls until it is closed. Safe for use by several threads. */
public final class JdbcPoller implements AutoCloseable {
    private final Question<?> question;
    private final Poller poller;

    JdbcPoller(Question<?> question, Poller poller) {
        this.question = question;
        this.poller = poller;
    }

    /** How it goes now. */
    public Poller.Status status() {
        return poller.status();
    }

    /** Breaks off what is asked, closes the connection, and returns when that is done. */
    @Override
    public void close() {
        question.stop(); // a driver that waits for an answer does not heed interrupts
        poller.close();
        question.end();
    }
}
