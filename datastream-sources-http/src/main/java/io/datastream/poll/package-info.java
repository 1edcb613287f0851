/** Records that are fetched over HTTP now and then: start with {@link io.datastream.poll.HttpPoll}. */
@NullMarked
package io.datastream.poll;

import org.jspecify.annotations.NullMarked;
