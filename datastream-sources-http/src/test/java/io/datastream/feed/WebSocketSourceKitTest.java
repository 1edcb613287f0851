package io.datastream.feed;

import io.datastream.codec.CodecException;
import io.datastream.log.FileLog;
import io.datastream.log.FileLogOptions;
import io.datastream.secret.SecretSource;
import io.datastream.source.ReadableSource;
import io.datastream.testkit.Await;
import io.datastream.testkit.compat.SourceKit;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class WebSocketSourceKitTest extends SourceKit<String> {
    private static final WebSocketDecoder<String> DECODER = message -> {
        String data = message.text().substring(message.text().indexOf(':') + 1);
        if (data.startsWith("!")) {
            throw new CodecException("text: an exclamation mark (expected: none)");
        }
        return data;
    };

    @TempDir
    Path folder;

    private WsServer server;
    private FileLog log;
    private FeedSubscription subscription;
    private int fed;

    @BeforeEach
    void start() throws Exception {
        server = WsServer.start();
        open();
    }

    private WebSocketSource<String> definition() {
        return WebSocketSource.at(server.url(), log, DECODER)
                .withSubscribe("subscribe")
                .withResume(WebSocketSourceKitTest::number, last -> List.of("after " + last))
                .withToken(SecretSource.of("s3cret"));
    }

    private static String number(WebSocketMessage message) {
        return message.text().substring(0, message.text().indexOf(':'));
    }

    private void open() {
        log = FileLog.open(folder.resolve("log"), FileLogOptions.defaults().withSegmentBytes(10_000));
        subscription = definition().start();
    }

    private void closeAll() {
        subscription.close();
        log.close();
    }

    @AfterEach
    void stop() throws Exception {
        closeAll();
        server.close();
    }

    @Override
    protected void restart() {
        closeAll();
        open();
    }

    @Override
    protected ReadableSource<String> source() {
        return (ReadableSource<String>) definition().source();
    }

    @Override
    protected String record(int number) {
        return "record " + number;
    }

    @Override
    protected void feed(List<String> records) {
        server.publish(records);
        fed += records.size();
        Await.until("all messages in the log", Duration.ofSeconds(60), () -> log.end() >= fed);
    }

    @Override
    protected boolean feedMalformed() {
        feed(List.of("!"));
        return true;
    }

    @Override
    protected List<String> secrets() {
        return List.of("s3cret");
    }
}
