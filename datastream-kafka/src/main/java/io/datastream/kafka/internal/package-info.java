/** What Kafka makes by name, and so must be public: no part of the API. */
@NullMarked
package io.datastream.kafka.internal;

import org.jspecify.annotations.NullMarked;
