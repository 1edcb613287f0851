/** Sending results to services over HTTP. Open {@link io.datastream.http.WebhookSink} first. */
@NullMarked
package io.datastream.http;

import org.jspecify.annotations.NullMarked;
