package io.datastream.http;

import io.datastream.sink.Sink;
import java.util.List;

/** A request for each result. */
class WebhookKitTest extends WebhookKit {
    @Override
    protected Sink<String> sink() {
        return single();
    }

    @Override
    protected List<String> contents() {
        return receiver.accepted.stream().map(Receiver.Request::body).toList();
    }

    @Override
    protected List<String> strange() {
        return List.of("", "\"\\\r\n\r\nGET / HTTP/1.1\r\n\0", "\uD83D\uDE80", "x".repeat(1_000_000));
    }
}
