/**
 * What sinks over HTTP share: open {@link io.datastream.sink.http.HttpEndpoint} first.
 */
@NullMarked
package io.datastream.sink.http;

import org.jspecify.annotations.NullMarked;
