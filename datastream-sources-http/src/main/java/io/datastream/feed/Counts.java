package io.datastream.feed;

import java.util.concurrent.atomic.AtomicLong;

/** What a subscription has seen. */
final class Counts {
    final AtomicLong received = new AtomicLong();
    final AtomicLong kept = new AtomicLong();
    final AtomicLong tooLarge = new AtomicLong();
    final AtomicLong unkept = new AtomicLong();
    final AtomicLong connections = new AtomicLong();
    final AtomicLong resumed = new AtomicLong();
}
