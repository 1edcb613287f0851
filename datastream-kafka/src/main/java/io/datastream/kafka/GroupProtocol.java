package io.datastream.kafka;

/** How the workers of a pipeline share its partitions. */
public enum GroupProtocol {
    /** The classic protocol with cooperative assignment: a worker that died is noticed after 6 s. */
    CLASSIC,
    /** The protocol of KIP-848, for brokers of 4.3 and later: the broker's settings say when a worker counts as dead. */
    CONSUMER
}
