/**
 * What sinks and sources share that are clients of HTTP: open {@link io.datastream.httpclient.HttpEndpoint} first.
 */
@NullMarked
package io.datastream.httpclient;

import org.jspecify.annotations.NullMarked;
