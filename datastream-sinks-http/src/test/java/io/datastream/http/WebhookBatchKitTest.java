package io.datastream.http;

import io.datastream.sink.Sink;
import java.time.Duration;
import java.util.List;

/** Requests of several results, a line for each. */
class WebhookBatchKitTest extends WebhookKit {
    @Override
    protected Sink<String> sink() {
        return single().withBatch(50, Duration.ofSeconds(1), BatchForm.LINES);
    }

    @Override
    protected List<String> contents() {
        return receiver.accepted.stream()
                .flatMap(request -> request.body().lines())
                .toList();
    }
}
