package io.datastream.cassandra;

import com.datastax.oss.driver.api.core.ConsistencyLevel;
import com.datastax.oss.driver.api.core.DefaultConsistencyLevel;

/** How many replicas must have a row before it counts as written. */
public enum Consistency {
    /** One, anywhere. */
    ONE,
    /** Two, anywhere. */
    TWO,
    /** Three, anywhere. */
    THREE,
    /** More than half of all. */
    QUORUM,
    /** All. */
    ALL,
    /** One in the datacenter of the connection. */
    LOCAL_ONE,
    /** More than half of those in the datacenter of the connection. */
    LOCAL_QUORUM,
    /** More than half in each datacenter. */
    EACH_QUORUM;

    ConsistencyLevel level() {
        return DefaultConsistencyLevel.valueOf(name());
    }
}
