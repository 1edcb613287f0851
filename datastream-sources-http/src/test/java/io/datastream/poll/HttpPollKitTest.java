package io.datastream.poll;

import io.datastream.formats.csv.CsvCodec;
import io.datastream.formats.csv.CsvFormat;
import io.datastream.httpclient.HttpEndpoint;
import io.datastream.log.PolledLog;
import io.datastream.log.Poller;
import io.datastream.poll.HttpPollTest.Price;
import io.datastream.poll.PageServer.Answer;
import io.datastream.source.ReadableSource;
import io.datastream.testkit.Await;
import io.datastream.testkit.compat.SourceKit;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class HttpPollKitTest extends SourceKit<Price> {
    @TempDir
    Path folder;

    private final Queue<Answer> pages = new ConcurrentLinkedQueue<>();
    private PageServer server;

    /** Another one for each poller, so that a late request of one before takes no page away. */
    private volatile String path = "";

    private int starts;

    private PolledLog log;
    private Poller poller;

    @BeforeEach
    void open() throws IOException {
        server = new PageServer();
        server.service = uri -> uri.getPath().equals(path) ? pages.poll() : null;
        begin();
    }

    private void begin() {
        log = PolledLog.open(folder.resolve("prices"));
        path = "/" + ++starts;
        poller = poll().start();
    }

    private HttpPoll<Price> poll() {
        return HttpPoll.of(HttpEndpoint.of(server.url(path)), CsvFormat.of(Price.class), CsvCodec.of(Price.class), log)
                .every(Duration.ofMillis(5));
    }

    @AfterEach
    void close() {
        poller.close();
        log.close();
        server.close();
    }

    @Override
    protected void restart() {
        poller.close();
        log.close();
        begin();
    }

    @Override
    protected ReadableSource<Price> source() {
        return poll().source();
    }

    @Override
    protected Price record(int number) {
        return new Price("item " + number, number);
    }

    @Override
    protected void feed(List<Price> records) {
        StringBuilder page = new StringBuilder("item,cents\n");
        records.forEach(each ->
                page.append(each.item()).append(',').append(each.cents()).append('\n'));
        put(page.toString());
    }

    @Override
    protected boolean feedMalformed() {
        put("item,cents\ntea,much\n");
        return true;
    }

    private void put(String page) {
        pages.add(Answer.ok(page));
        Await.until("the page is asked for", patience(), pages::isEmpty);
        long requests = requests();
        // a poll that begins after the page was given begins after it was kept
        Await.until("the page is kept", patience(), () -> requests() > requests);
    }

    private long requests() {
        return server.requests.stream().filter(path::equals).count();
    }
}
