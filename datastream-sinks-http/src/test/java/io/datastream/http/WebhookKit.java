package io.datastream.http;

import io.datastream.codec.Encoder;
import io.datastream.httpclient.HttpEndpoint;
import io.datastream.secret.SecretSource;
import io.datastream.testkit.compat.SinkKit;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the kit needs to know of the sink, with and without batches. */
abstract class WebhookKit extends SinkKit<String> {
    static final Encoder<String> TEXT = text -> text.getBytes(StandardCharsets.UTF_8);

    Receiver receiver;

    @BeforeEach
    void startReceiver() throws Exception {
        receiver = new Receiver();
        receiver.answering(request -> request.body().contains("bad") ? 422 : 204);
    }

    @AfterEach
    void stopReceiver() {
        receiver.close();
    }

    WebhookSink<String> single() {
        return WebhookSink.to(HttpEndpoint.of(receiver.url()).withToken(SecretSource.of("t0k3n")), TEXT)
                .withContentType("text/plain; charset=utf-8");
    }

    @Override
    protected String result(int key, int version) {
        return "key " + key + ", version " + version;
    }

    @Override
    protected String refused() {
        return "bad";
    }

    @Override
    protected int many() {
        return 1_000;
    }

    @Override
    protected Server server() {
        return new Server() {
            @Override
            public void stop() {
                receiver.stop();
            }

            @Override
            public void start() throws Exception {
                receiver.start();
            }
        };
    }

    @Override
    protected List<String> secrets() {
        return List.of("t0k3n", "s3cret-path");
    }
}
