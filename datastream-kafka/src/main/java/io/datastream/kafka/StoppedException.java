package io.datastream.kafka;

/** A worker was told to stop before Kafka answered. Nothing is lost: the next owner of its partitions goes on. */
final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StoppedException(String what, Throwable cause) {
        super(what, cause);
    }
}
