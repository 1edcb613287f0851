package io.datastream.poll;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.datastream.codec.CodecException;
import io.datastream.formats.csv.CsvCodec;
import io.datastream.formats.csv.CsvFormat;
import io.datastream.function.Fn;
import io.datastream.httpclient.HttpEndpoint;
import io.datastream.log.PolledLog;
import io.datastream.log.Poller;
import io.datastream.poll.PageServer.Answer;
import io.datastream.secret.SecretSource;
import io.datastream.secret.Tls;
import io.datastream.source.SourceReader;
import io.datastream.source.SourceReader.Status;
import io.datastream.testkit.Await;
import io.datastream.testkit.TestCertificates;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class HttpPollTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration SOON = Duration.ofMillis(5);
    private static final Duration LATER = Duration.ofHours(1);

    record Price(String item, int cents) {}

    @TempDir
    Path folder;

    private PageServer server;
    private PolledLog log;

    @BeforeEach
    void open() throws IOException {
        server = new PageServer();
        log = PolledLog.open(folder.resolve("prices"));
    }

    @AfterEach
    void close() {
        server.close();
        log.close();
    }

    // polls of one page

    @Test
    void keepsTheRecordsOfAPage() {
        server.answers.add(page("tea,250", "cake,410"));

        pollFor(poll(), 2);

        assertThat(kept()).containsExactly("tea 250", "cake 410");
    }

    @Test
    void asksOnlyForWhatHasChanged() {
        server.answers.add(
                page("tea,250").with("ETag", "\"v1\"").with("Last-Modified", "Mon, 05 Jan 2026 08:00:00 GMT"));
        server.otherwise = Answer.status(304);

        pollFor(poll(), 1);
        reopen();
        try (Poller poller = poll().every(SOON).start()) {
            Await.until("two polls after a new start", PATIENCE, () -> server.requests.size() > 2);
            assertThat(poller.status().records()).isZero();
        }

        String condition = " If-None-Match: \"v1\" If-Modified-Since: Mon, 05 Jan 2026 08:00:00 GMT";
        assertThat(server.requests).startsWith("/prices", "/prices" + condition, "/prices" + condition);
        assertThat(kept()).containsExactly("tea 250");
    }

    @Test
    void readsAPageThatHasChangedAsAWhole() {
        server.answers.add(page("tea,250").with("ETag", "\"v1\""));
        server.answers.add(page("tea,250", "pie,390").with("ETag", "\"v2\""));
        server.otherwise = Answer.status(304);

        try (Poller poller = poll().every(SOON).start()) {
            Await.until("a poll with the second tag", PATIENCE, () -> server.requests.size() > 2);
            assertThat(poller.status().records()).isEqualTo(3);
        }

        assertThat(server.requests)
                .startsWith("/prices", "/prices If-None-Match: \"v1\"", "/prices If-None-Match: \"v2\"");
        assertThat(kept()).containsExactly("tea 250", "tea 250", "pie 390");
    }

    @Test
    void forgetsTagsThatCannotBeShown() {
        for (String tag : List.of("\"" + "x".repeat(1_000) + "\"", "\"\u00fc\"")) {
            server.requests.clear();
            server.answers.add(page("tea,250").with("ETag", tag));
            try (Poller poller = poll().every(SOON).start()) {
                Await.until("another poll", PATIENCE, () -> server.requests.size() > 1);
            }
            assertThat(server.requests).containsOnly("/prices");
        }
    }

    // pages

    @Test
    void goesFromPageToPage() {
        server.answers.add(page("tea,250").with("Link", "</prices?page=2>; rel=\"next\", </>; rel=first"));
        server.answers.add(page("cake,410").with("Link", "</>; rel=up, <?page=3>; title=\"a, b; rel=c\"; x; rel=next"));
        server.answers.add(page("pie,390").with("Link", "</prices>; rel=\"first prev\"; next; title=next"));

        pollFor(poll(), 3);

        assertThat(server.requests).containsExactly("/prices", "/prices?page=2", "/prices?page=3");
        assertThat(kept()).containsExactly("tea 250", "cake 410", "pie 390");
    }

    @Test
    void beginsAPollOfSeveralPagesWithoutACondition() {
        server.service = uri -> "page=2".equals(uri.getQuery())
                ? page("cake,410").with("ETag", "\"second\"")
                : page("tea,250").with("ETag", "\"first\"").with("Link", "<?page=2>; rel=next");

        pollFor(poll().every(SOON), 4);

        assertThat(server.requests)
                .as("that the first page is the same says nothing of the second one")
                .startsWith("/prices", "/prices?page=2", "/prices", "/prices?page=2");
    }

    @Test
    void goesOnWithThePageBeforeWhichItStopped() {
        server.answers.add(page("tea,250").with("Link", "</prices?page=2>; rel=next"));
        server.otherwise = Answer.status(500);
        pollFor(poll(), 1);
        reopen();
        server.otherwise = page("cake,410");

        pollFor(poll(), 1);

        assertThat(server.requests.subList(1, server.requests.size())).containsOnly("/prices?page=2");
        assertThat(kept()).containsExactly("tea 250", "cake 410");
    }

    @Test
    void keepsNothingOfAPageThatIsCutOff() {
        server.answers.add(page("tea,250").with("Link", "<?page=2>; rel=next"));
        server.answers.add(page("cake,410", "pie,390", "rice,99").torn());
        server.answers.add(page("cake,410", "pie,390", "rice,99"));

        pollFor(poll(), 4);

        assertThat(server.requests).containsExactly("/prices", "/prices?page=2", "/prices?page=2");
        assertThat(kept()).containsExactly("tea 250", "cake 410", "pie 390", "rice 99");
    }

    @Test
    void takesAnotherWayToTheNextPage() {
        server.answers.add(page("tea,250").with("X-Next", "/more"));
        server.answers.add(page("cake,410"));

        pollFor(poll().nextPageBy(page -> page.headers().firstValue("X-Next").map(page::resolve)), 2);

        assertThat(server.requests).containsExactly("/prices", "/more");
    }

    @Test
    void takesALinkToThePageItselfForTheEnd() {
        server.answers.add(page("tea,250").with("Link", "</prices>; rel=next"));

        try (Poller poller = poll().start()) {
            Await.until("an answer", PATIENCE, () -> poller.status().lastAnswer() != null);
        }

        assertThat(server.requests).containsExactly("/prices");
        assertThat(kept()).containsExactly("tea 250");
    }

    @Test
    void endsPagesThatDoNotEnd() {
        server.service = HttpPollTest::endless;
        try (Poller poller = poll().withMaxPages(20).start()) {
            awaitError(poller, server.url("") + ": page 21 of a poll (expected: at most 20 pages; see withMaxPages)");
        }
        assertThat(server.requests).hasSize(20);
        assertThat(kept()).as("nothing of them is lost").hasSize(20).endsWith("tea 19");

        pollFor(poll().withMaxPages(22), 2);
        assertThat(server.requests).as("with a higher bound it goes on").hasSizeBetween(22, 23);
    }

    private static Answer endless(URI uri) {
        int number = number("page=(\\d+)", uri);
        return page("tea," + number).with("Link", "<?page=" + (number + 1) + ">; rel=next");
    }

    @Test
    void beginsAnewWhenThereIsNoSuchPageAnyMore() {
        server.answers.add(page("tea,250").with("Link", "<?token=short-lived>; rel=next"));
        server.answers.add(Answer.status(410));
        server.answers.add(page("cake,410"));

        pollFor(poll().every(SOON).askingAfter("after", Price::item), 2);

        assertThat(server.requests).startsWith("/prices", "/prices?token=short-lived", "/prices?after=tea");
        assertThat(kept()).startsWith("tea 250", "cake 410");
    }

    @Test
    void sendsNoSecretToAnotherService() {
        for (String link :
                List.of("http://other.example/", "//other.example/", "https://127.0.0.1/", "ftp:x", "http://a@b/")) {
            server.requests.clear();
            server.otherwise = page("tea,250").with("Link", "<" + link + ">; rel=next");
            try (Poller poller = withToken().start()) {
                awaitError(poller, "its next page: ");
                assertThat(poller.status().lastError()).contains("(expected: an address at " + server.url(""));
            }
            assertThat(server.requests).containsOnly("/prices Authorization: Bearer hunter2");
        }
        assertThat(kept()).isEmpty();
    }

    @Test
    void saysWhatIsWrongWithALink() {
        for (String link : List.of(
                "http://[", "?secret=a b", "http://" + server.url("").substring(7) + "/?" + "x".repeat(9_000))) {
            server.otherwise = page("tea,250").with("Link", "<" + link + ">; rel=next");
            try (Poller poller = poll().start()) {
                awaitError(poller, "its next page: ");
                assertThat(poller.status().lastError())
                        .doesNotContain("secret", "xxx")
                        .contains("(expected: ");
            }
        }
    }

    @Test
    void beginsAnewWithAnotherService() throws IOException {
        server.answers.add(page("tea,250").with("Link", "<?page=2>; rel=next"));
        server.otherwise = Answer.status(500);
        pollFor(poll(), 1);
        server.close();
        server = new PageServer();
        server.answers.add(page("cake,410"));

        pollFor(withToken(), 1);

        assertThat(server.requests).containsExactly("/prices Authorization: Bearer hunter2");
    }

    // what is new

    @Test
    void asksForWhatIsNewAfterTheLastRecord() {
        server.answers.add(page("tea,250", "cake & cream?,410"));
        server.answers.add(page());
        server.answers.add(page("pie,390"));
        HttpEndpoint first = HttpEndpoint.of(server.url("/prices?after=none&sort=item"));

        pollFor(poll(first).every(SOON).askingAfter("after", Price::item), 3);

        String second = "/prices?sort=item&after=cake+%26+cream%3F";
        assertThat(server.requests).startsWith("/prices?after=none&sort=item", second, second);
        reopen();
        server.service = uri -> "sort=item&after=pie".equals(uri.getQuery()) ? page("rice,99") : null;
        pollFor(poll(first).askingAfter("after", Price::item), 1);
        assertThat(server.requests).contains("/prices?sort=item&after=pie");
        assertThat(kept()).containsExactly("tea 250", "cake & cream? 410", "pie 390", "rice 99");
    }

    @Test
    void followsAFeedByOffsets() {
        List<String> items = new CopyOnWriteArrayList<>(List.of("a,1", "b,2", "c,3"));
        server.service = uri -> {
            int offset = number("offset=(\\d+)", uri);
            return page(
                    items.subList(offset, Math.min(items.size(), offset + 2)).toArray(String[]::new));
        };
        Fn<HttpPage, Optional<URI>> next =
                page -> Optional.of(page.resolve("?offset=" + (number("offset=(\\d+)", page.uri()) + page.records())));

        try (Poller poller = poll().followedBy(next).start()) {
            Await.until("a question for more than there is", PATIENCE, () -> server.requests.size() == 3);
            assertThat(poller.status().failures()).isZero();
        }
        assertThat(server.requests).containsExactly("/prices", "/prices?offset=2", "/prices?offset=3");

        items.addAll(List.of("d,4", "e,5", "f,6"));
        reopen();
        pollFor(poll().followedBy(next), 3);
        assertThat(server.requests.get(3)).isEqualTo("/prices?offset=3");
        assertThat(kept()).containsExactly("a 1", "b 2", "c 3", "d 4", "e 5", "f 6");
    }

    @Test
    void followsAFeedOnThePageThatIsItsLast() {
        server.answers.add(page("a,1").with("X-Next", "/b"));
        server.answers.add(page().with("ETag", "\"nothing yet\""));
        server.answers.add(Answer.status(304));
        server.answers.add(page("b,2").with("X-Next", "/c"));
        HttpPoll<Price> feed = poll().every(SOON)
                .followedBy(page -> page.headers().firstValue("X-Next").map(page::resolve));

        pollFor(feed, 2);

        String second = "/b If-None-Match: \"nothing yet\"";
        assertThat(server.requests).startsWith("/prices", "/b", second, second);
        assertThat(kept()).containsExactly("a 1", "b 2");
    }

    // a service that is away, slow, or in trouble

    @Test
    void goesOnWhenTheServerIsBack() {
        server.stop();
        try (Poller poller = poll().start()) {
            Await.until("some failures", PATIENCE, () -> poller.status().failures() > 2);
            server.otherwise = page("tea,250");
            server.restart();
            Await.until("a record", PATIENCE, () -> poller.status().records() >= 1);
            assertThat(poller.status().lastError()).isNull();
        }
        assertThat(kept()).containsExactly("tea 250");
    }

    @Test
    void triesAgainAfterAnError() {
        server.answers.add(Answer.status(503).with("Retry-After", "0"));
        server.answers.add(Answer.status(429));
        server.answers.add(Answer.status(404));
        server.answers.add(page("tea,250"));

        pollFor(poll(), 1);

        assertThat(kept()).containsExactly("tea 250");
    }

    @Test
    void waitsAsLongAsItIsAskedTo() {
        server.answers.add(Answer.status(503).with("Retry-After", "1"));
        server.answers.add(page("tea,250"));
        long start = System.nanoTime();

        pollFor(poll().withPauses(SOON, LATER), 1);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(server.requests).containsExactly("/prices", "/prices");
    }

    @Test
    void givesUpAServerThatDoesNotAnswer() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            HttpEndpoint endpoint = HttpEndpoint.of("http://127.0.0.1:" + silent.getLocalPort() + "/secret")
                    .withTimeout(Duration.ofMillis(50));
            try (Poller poller = poll(endpoint).start()) {
                Await.until("failures", PATIENCE, () -> poller.status().failures() > 1);
                assertThat(poller.status().lastError())
                        .startsWith("http://127.0.0.1:" + silent.getLocalPort() + ": page 1: ")
                        .doesNotContain("secret");
            }
        }
    }

    @Test
    void isClosedWhileItWaitsForAnAnswer() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            Poller poller = poll(HttpEndpoint.of("http://127.0.0.1:" + silent.getLocalPort()))
                    .start();
            try (Socket connection = silent.accept()) {
                assertThat(connection.getInputStream().read())
                        .as("the request is on its way")
                        .isEqualTo('G');
                poller.close();
            }
            assertThat(poller.status().failures()).isZero();
        }
    }

    @Test
    void followsNoRedirect() {
        server.otherwise = Answer.status(302).with("Location", "/elsewhere");
        try (Poller poller = poll().start()) {
            awaitError(poller, ": status 302 (expected: 200, 204 or 304)");
        }
        assertThat(server.requests).containsOnly("/prices");
    }

    // bodies

    @Test
    void keepsNothingOfABodyThatIsTooLarge() throws IOException {
        server.otherwise = page("tea,250\n".repeat(100));
        try (Poller poller = poll().withMaxBody(100).start()) {
            awaitError(poller, "page 1: body: more than 100 bytes (expected: at most that; see withMaxBody)");
        }
        server.otherwise = gzip("item,cents\n" + "tea,250\n".repeat(1_000_000));
        try (Poller poller = poll().withMaxBody(20_000).start()) {
            awaitError(poller, "page 1: body: more than 20000 bytes (expected: at most that; see withMaxBody)");
        }
        assertThat(kept()).isEmpty();
    }

    @Test
    void takesABodyOfJustTheSizeThatIsAllowed() throws IOException {
        String text = "item,cents\n" + "tea,250\n".repeat(1_000);
        server.answers.add(gzip(text));

        pollFor(poll().withMaxBody(text.length()), 1_000);

        assertThat(kept()).hasSize(1_000).containsOnly("tea 250");
    }

    @Test
    void refusesOtherCompressions() {
        server.otherwise = page("tea,250").with("Content-Encoding", "br" + "x".repeat(1_000));
        try (Poller poller = poll().start()) {
            awaitError(poller, "page 1: Content-Encoding: brxxx");
            assertThat(poller.status().lastError()).hasSizeLessThan(200).endsWith("... (expected: gzip or none)");
        }
    }

    @Test
    void refusesACompressedBodyThatIsDamaged() throws IOException {
        Answer whole = gzip("item,cents\ntea,250\n");
        byte[] damaged = whole.body().clone();
        damaged[damaged.length - 6] ^= 1;
        server.otherwise = new Answer(200, whole.headers(), damaged);
        try (Poller poller = poll().start()) {
            awaitError(poller, "page 1: gzip: wrong checksum (expected: an undamaged file)");
        }
        assertThat(kept()).isEmpty();
    }

    @Test
    void keepsABadRecordAsAnErrorWithItsPlace() {
        server.answers.add(page("tea,250", "cake,much", "pie,390"));

        pollFor(poll().askingAfter("after", Price::item), 3);

        assertThat(kept()).hasSize(3).startsWith("tea 250").endsWith("pie 390");
        assertThat(kept().get(1))
                .startsWith("malformed: " + server.url("") + ": page 1: line 3")
                .contains("much");
    }

    @Test
    void refusesAPageThatIsSomethingElse() {
        server.otherwise = Answer.ok("<html>Please log in</html>");
        try (Poller poller = poll().start()) {
            awaitError(poller, "page 1: ");
        }
        assertThat(kept()).isEmpty();
    }

    // secrets and arguments

    @Test
    void speaksTlsAndShowsItsToken() throws Exception {
        TestCertificates authority = TestCertificates.in(Files.createDirectory(folder.resolve("authority")));
        TestCertificates.Identity identity = authority.issue("server", "localhost", "127.0.0.1");
        try (PageServer secure = new PageServer(Tls.ofSystem()
                .presenting(identity.certificates(), identity.key())
                .context())) {
            secure.answers.add(page("tea,250"));
            HttpEndpoint endpoint = HttpEndpoint.of(secure.url("/prices")).withToken(SecretSource.of("hunter2"));
            try (Poller poller = poll(endpoint).start()) {
                Await.until("a refusal", PATIENCE, () -> poller.status().failures() > 0);
            }
            assertThat(secure.requests)
                    .as("requests to a server that is not trusted")
                    .isEmpty();

            pollFor(poll(endpoint.withTls(Tls.trusting(authority.authority()))), 1);

            assertThat(secure.requests).containsExactly("/prices Authorization: Bearer hunter2");
        }
        assertThat(kept()).containsExactly("tea 250");
    }

    @Test
    void tellsNoSecretOfATokenThatCannotBeSent() {
        SecretSource token = SecretSource.of("hunter2\nX-Other: x");
        HttpPoll<Price> poll =
                poll(HttpEndpoint.of(server.url("/prices?key=k3y")).withToken(token));
        try (Poller poller = poll.start()) {
            awaitError(poller, "has line breaks");
            assertThat(poller.status().lastError()).doesNotContain("hunter2", "k3y");
        }
        assertThat(server.requests).isEmpty();
        assertThat(poll.toString()).isEqualTo("HttpPoll " + server.url(""));
    }

    @Test
    void refusesTheLogOfAnotherSource() {
        log.append(List.of(), "id 17".getBytes(UTF_8));
        assertThatThrownBy(() -> poll().start())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("cursor: 5 bytes (expected: one of HttpPoll; is it the log of another source?)");
    }

    @Test
    void refusesWrongArguments() {
        List.<Runnable>of(
                        () -> poll().every(Duration.ZERO),
                        () -> poll().withMaxBody(0),
                        () -> poll().withMaxBody(Integer.MAX_VALUE),
                        () -> poll().withMaxPages(0),
                        () -> poll().withPauses(SOON, Duration.ZERO),
                        () -> poll().askingAfter("", Price::item),
                        () -> poll().askingAfter("after", Price::item).followedBy(page -> Optional.empty()))
                .forEach(call -> assertThatThrownBy(call::run)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("(expected: "));
    }

    private HttpPoll<Price> poll() {
        return poll(HttpEndpoint.of(server.url("/prices")));
    }

    private HttpPoll<Price> withToken() {
        return poll(HttpEndpoint.of(server.url("/prices")).withToken(SecretSource.of("hunter2")));
    }

    private HttpPoll<Price> poll(HttpEndpoint endpoint) {
        return HttpPoll.of(endpoint, CsvFormat.of(Price.class), CsvCodec.of(Price.class), log)
                .every(LATER)
                .withPauses(SOON, Duration.ofMillis(50));
    }

    private void reopen() {
        log.close();
        log = PolledLog.open(folder.resolve("prices"));
    }

    private static void pollFor(HttpPoll<Price> poll, int records) {
        try (Poller poller = poll.start()) {
            Await.until(records + " records", PATIENCE, () -> poller.status().records() >= records);
        }
    }

    private static void awaitError(Poller poller, String part) {
        try {
            Await.until("an error with: " + part, PATIENCE, () -> {
                String error = poller.status().lastError();
                return error != null && error.contains(part);
            });
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + ", but " + poller.status(), e);
        }
    }

    private List<String> kept() {
        List<String> texts = new ArrayList<>();
        SourceReader.Collector<Price> collector = new SourceReader.Collector<>() {
            @Override
            public void record(long offset, long logNanos, Price value, byte @Nullable [] original) {
                texts.add(value.item() + " " + value.cents());
            }

            @Override
            public void malformed(long offset, long logNanos, CodecException error, byte @Nullable [] original) {
                texts.add("malformed: " + error.getMessage() + " " + new String(original, UTF_8));
            }
        };
        try (SourceReader<Price> reader = log.source(CsvCodec.of(Price.class)).open(0, 0)) {
            Status status;
            do {
                status = reader.poll(3, collector);
            } while (status == Status.MORE);
        }
        return texts;
    }

    private static Answer page(String... lines) {
        return Answer.ok("item,cents\n" + String.join("\n", lines) + "\n");
    }

    private static int number(String pattern, URI uri) {
        Matcher matcher = Pattern.compile(pattern).matcher(String.valueOf(uri.getQuery()));
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    private static Answer gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(UTF_8));
        }
        return new Answer(200, Map.of("Content-Encoding", "gzip"), bytes.toByteArray());
    }
}
