package io.datastream.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.datastream.Pipeline;
import io.datastream.aggregate.Aggregations;
import io.datastream.error.ErrorPolicy;
import io.datastream.monitor.Feed.Reading;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.secret.SecretSource;
import io.datastream.sink.Sinks;
import io.datastream.source.ListSource;
import io.datastream.testkit.Await;
import io.datastream.time.Sliding;
import io.datastream.time.Windowed;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The page in a real browser. */
@Timeout(120)
class PageIT {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String HOSTILE = "<img src=x onerror=\"window.hacked=1\">'&\u202e\u0007</script>";

    private static @Nullable Browser shared;

    private final Feed feed = new Feed("readings", 3);
    private final CountDownLatch end = new CountDownLatch(1);
    private final Thread sender = new Thread(this::send, "sender");
    private final SeriesTap<Reading> tap = SeriesTap.<Reading>of(
                    "readings", Reading::sensor, r -> Instant.ofEpochMilli(r.millis()), Reading::value)
            .withMarks(r -> r.value() > 95 ? "outlier: " + HOSTILE : null)
            .withFilled(r -> r.value() < 30)
            .withBand(r -> r.value() - 5, r -> r.value() + 5)
            .withGapsAfter(Duration.ofSeconds(2));
    private final SeriesTap<Windowed<String, Double>> means = SeriesTap.ofWindows("means of a second", mean -> mean);
    private PipelineController controller;
    private MonitorServer server;

    @BeforeAll
    static void startBrowser() throws IOException {
        Optional<Browser> browser = Browser.start();
        assumeTrue(browser.isPresent(), "no chromium and chromium-driver under /usr/bin: the page is not looked at");
        shared = browser.get();
    }

    @AfterAll
    static void stopBrowser() {
        if (shared != null) {
            shared.close();
        }
    }

    @BeforeEach
    void start() {
        Pipeline pipeline = Pipeline.from(feed.eventTimeNanos(r -> r.millis() * 1_000_000))
                .map(PageIT::checked)
                .named("check")
                .onError(ErrorPolicy.deadLetter())
                .process(tap)
                .named("tap")
                .keyBy(Reading::sensor)
                .window(Sliding.of(Duration.ofSeconds(2)).every(Duration.ofSeconds(1)))
                .explained()
                .aggregate(Aggregations.mean(Reading::value))
                .named("means")
                .mapValues(means)
                .named("tap-of-means")
                .to(Sinks.collectInto(new ConcurrentLinkedQueue<>()))
                .deadLettersTo(Sinks.collectInto(new ConcurrentLinkedQueue<>()))
                .named("sensor-means");
        feed.add(2, new Reading("s-2", System.currentTimeMillis(), 1)); // and never again
        controller = LocalRuntime.create().withThreads(1).start(pipeline);
        server = Monitor.of(controller)
                .withSeries(tap)
                .withSeries(means)
                .withAlerts(AlertsTest.book(List.of(AlertsTest.alert(0, HOSTILE), AlertsTest.alert(1, "boiler-7"))))
                .start();
        sender.start();
        browser().screen(1280, 1000, "light");
        browser().complaints(); // those of earlier tests are theirs
    }

    @AfterEach
    void stop() throws InterruptedException {
        browser().driver.get("about:blank");
        end.countDown();
        sender.join();
        server.close();
        controller.close();
    }

    private static Browser browser() {
        if (shared == null) {
            throw new IllegalStateException("no browser");
        }
        return shared;
    }

    /** Twenty records a second on two of three partitions, some of them bad, and every three seconds an outlier. */
    private void send() {
        try {
            for (int i = 0; !end.await(50, TimeUnit.MILLISECONDS); i++) {
                long now = System.currentTimeMillis();
                feed.add(0, new Reading("s-0", now, i % 60 == 31 ? 99 : 50 + 30 * Math.sin(i / 9.0)));
                feed.add(1, new Reading(HOSTILE, now, i % 7 == 6 ? -1 : 20 + i % 5));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Reading checked(Reading reading) {
        if (reading.value() < 0) {
            throw new IllegalArgumentException("below zero: " + reading.sensor());
        }
        return reading;
    }

    private void open() {
        browser().driver.get(server.uri().toString());
        await("the connection", "document.getElementById('link').dataset.state === 'ok'");
    }

    private static void await(String what, String expression) {
        Await.until(what, SOON, () -> browser().isTrue(expression));
    }

    private static void choose(String select, String text) {
        Await.until("option " + text, SOON, () -> browser().isTrue("""
                        (() => {
                          const select = document.getElementById(arguments[0]);
                          const option = [...select.options].find((one) => one.textContent.includes(arguments[1]));
                          if (!option) return false;
                          select.value = option.value;
                          select.dispatchEvent(new Event('change'));
                          return true;
                        })()""", select, text));
    }

    @Test
    void chartsMove() throws Exception {
        open();
        for (String chart : List.of("c-flow", "c-heap", "c-series")) {
            String picture = "(document.querySelector('#" + chart + " canvas') || {toDataURL: () => ''}).toDataURL()";
            await(chart, picture + ".length > 2000");
            String before = browser().text(picture);
            Await.until(chart + " moves", SOON, () -> !browser().text(picture).equals(before));
        }
        await("the rate", "parseFloat(document.querySelector('#tiles dd').textContent) > 10");
        Await.until(
                "a while of data",
                SOON,
                () -> browser()
                        .isTrue("document.querySelectorAll('#errors li').length > 0 && performance.now() > 5000"));
        browser().shoot("page-light", 1280, "light");
        browser().shoot("page-dark", 1280, "dark");
        await("dark", "getComputedStyle(document.body).backgroundColor === 'rgb(14, 20, 26)'");
        assertThat(browser().complaints()).isEmpty();
    }

    @Test
    void aPipelineIsPicturedForTheDocuments() throws Exception {
        Feed plant = new Feed("plant", 3);
        SeriesTap<Reading> values = SeriesTap.<Reading>of(
                        "values", Reading::sensor, r -> Instant.ofEpochMilli(r.millis()), Reading::value)
                .withMarks(r -> r.value() > 95 ? "outlier" : null);
        Pipeline pipeline = Pipeline.from(plant.eventTimeNanos(r -> r.millis() * 1_000_000))
                .process(values)
                .named("values")
                .keyBy(Reading::sensor)
                .window(Sliding.of(Duration.ofSeconds(2)).every(Duration.ofSeconds(1)))
                .aggregate(Aggregations.mean(Reading::value))
                .named("means")
                .to(Sinks.collectInto(new ConcurrentLinkedQueue<>()))
                .named("plant-means");
        try (PipelineController running = LocalRuntime.create().start(pipeline);
                MonitorServer shown = Monitor.of(running)
                        .withSeries(values)
                        .withAlerts(AlertsTest.book(List.of(AlertsTest.alert(1, "boiler-1"))))
                        .start()) {
            browser().driver.get(shown.uri().toString());
            long start = System.currentTimeMillis();
            Await.until("some seconds, the last of them with a quiet partition", SOON, () -> {
                long now = System.currentTimeMillis();
                double turn = (now - start) / 1_000.0;
                plant.add(0, new Reading("boiler-1", now, 60 + 25 * Math.sin(turn) + (turn % 5 < 0.04 ? 40 : 0)));
                plant.add(1, new Reading("pump-2", now, 40 + 5 * Math.cos(turn)));
                if (turn < 8) {
                    plant.add(2, new Reading("fan-3", now, 20));
                }
                return turn > 16;
            });
            choose("key", "boiler-1");
            await("the finding", "document.getElementById('findings').textContent.includes('plant-2 holds it back')");
            await("the chart", "document.querySelector('#c-series canvas')");
            browser().shoot("documents", 1280, 1_380);
            assertThat(browser().complaints()).isEmpty();
            browser().driver.get("about:blank");
        }
    }

    @Test
    void tenThousandSeriesAndAThousandAlertsLeaveThePageSmall() {
        Feed grid = new Feed("grid", 1);
        SeriesTap<Reading> meters =
                SeriesTap.of("meters", Reading::sensor, r -> Instant.ofEpochMilli(r.millis()), Reading::value);
        Pipeline pipeline = Pipeline.from(grid.eventTimeNanos(r -> r.millis() * 1_000_000))
                .process(meters)
                .named("meters")
                .to(Sinks.collectInto(new ConcurrentLinkedQueue<>()))
                .named("grid-meters");
        long now = System.currentTimeMillis();
        for (int round = 0; round < 2; round++) {
            Reading[] all = new Reading[10_000];
            for (int i = 0; i < all.length; i++) {
                all[i] = new Reading("meter-" + i, now + round * 1_000L, i + round);
            }
            grid.add(0, all);
        }
        try (PipelineController running = LocalRuntime.create().start(pipeline);
                MonitorServer shown = Monitor.of(running)
                        .withSeries(meters)
                        .withAlerts(AlertsTest.book(AlertsTest.many(1_000)))
                        .start()) {
            browser().driver.get(shown.uri().toString());
            await(
                    "all series",
                    "document.getElementById('keys-note').textContent.replace(/[^0-9]/g, '').startsWith('10000')");
            await("the count of alerts", "/1.?000/.test(document.getElementById('alerts-note').textContent)");
            assertThat(browser().isTrue("document.querySelectorAll('#t-active tbody tr').length === 100"))
                    .isTrue();
            assertThat(browser().isTrue("document.querySelectorAll('*').length < 6000"))
                    .as(browser().text("document.querySelectorAll('*').length"))
                    .isTrue();
            browser().driver.findElement(By.id("search")).sendKeys("meter-9876");
            await("one key", "document.getElementById('keys-note').textContent.startsWith('1 series with this text')");
            await("its chart", "document.querySelector('#c-series canvas')");
            assertThat(browser().isTrue("performance.memory.usedJSHeapSize < 64e6"))
                    .as(browser().text("performance.memory.usedJSHeapSize"))
                    .isTrue();
            assertThat(browser().complaints()).isEmpty();
            browser().driver.get("about:blank");
        }
    }

    @Test
    void theStalledPartitionIsNamed() {
        open();
        await(
                "the finding",
                "[...document.querySelectorAll('#findings li[data-level=PROBLEM]')]"
                        + ".some((li) => li.textContent.includes('readings-2 holds it back'))");
        await(
                "the row",
                "[...document.querySelectorAll('#t-origins tr[data-level=bad] th')]"
                        + ".map((th) => th.textContent).join() === 'readings-2'");
        await("the picture", "document.querySelector('#picture .stalled')");
        Await.untilAsserted(
                SOON,
                () -> assertThat(browser().text("document.getElementById('announce').textContent"))
                        .isEqualTo("sensor-means: running, 1 problem"));
        // times are in the zone of the viewer, and the instant is at hand
        assertThat(browser().isTrue("document.querySelector('#findings time').title.endsWith('Z')"))
                .isTrue();
    }

    @Test
    void hostileTextIsShownAsText() throws Exception {
        open();
        choose("key", "onerror");
        await(
                "errors",
                "[...document.querySelectorAll('#errors code')].some((code) => code.textContent.includes('<img src=x'))");
        await(
                "the record, without what is masked",
                "[...document.querySelectorAll('#errors .sample')].some((code) =>"
                        + " code.textContent.startsWith('Record: Reading[sensor=<img src=x')"
                        + " && code.textContent.endsWith('value=***]'))");
        await("the alert", "document.getElementById('t-active').textContent.includes('<img src=x onerror=')");
        await("control characters", "document.getElementById('t-active').textContent.includes('\\\\u0007')");
        browser().run("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
        await("the table", "document.querySelectorAll('#t-series tbody tr').length > 2");
        assertThat(browser().isTrue("document.querySelector('img[src=x]')")).isFalse();
        assertThat(browser().isTrue("window.hacked")).isFalse();
        assertThat(browser().complaints()).isEmpty();
    }

    @Test
    void marksAndWindowsOfSeriesAreDrawn() throws Exception {
        open();
        choose("key", "s-0");
        await("a mark", "document.getElementById('series-note').textContent.includes('outlier')");
        tap.marking("late", (Reading late) -> late).process(new Reading("s-0", System.currentTimeMillis() - 500, 40));
        await(
                "all of it, each told apart",
                "/band.*○ filled in: .*▲ .*◆ late: 1/.test(document.getElementById('series-note').textContent)");
        browser().shoot("series-marks", 1280, "light");
        browser().run("document.getElementById('s-series').scrollIntoView()");
        browser().driver.findElement(By.id("search")).sendKeys("s-0");
        await("one key", "document.getElementById('keys-note').textContent.startsWith('1 series with this text')");
        choose("tap", "means");
        await(
                "no windows yet, for a partition is silent",
                "document.getElementById('keys-note').textContent.startsWith('0 series')");
        Await.until("windows", SOON, () -> {
            feed.add(2, new Reading("s-2", System.currentTimeMillis(), 1));
            return browser().isTrue("document.getElementById('series-note').textContent.includes('edges of windows')");
        });
        await("no problem any more", "!document.querySelector('#findings li[data-level=PROBLEM]')");
        browser().shoot("series", 1280, "light");
        assertThat(browser().complaints()).isEmpty();
    }

    @Test
    void resultsAreExplained() throws Exception {
        open();
        await("the section", "!document.getElementById('s-explain').hidden");
        browser().driver.findElement(By.id("ex-key")).sendKeys("s-0");
        await(
                "no windows yet, for a partition is silent",
                "document.getElementById('ex-note').textContent.startsWith('No closed window of this key')");
        Await.until("an explanation", SOON, () -> {
            feed.add(2, new Reading("s-2", System.currentTimeMillis(), 1));
            return browser().isTrue("document.getElementById('ex-text').textContent.includes('made from: ')");
        });
        assertThat(browser().text("document.getElementById('ex-text').textContent"))
                .contains("of s-0, step means of pipeline sensor-means", "readings-0: ", "  closed at ");
        browser().shoot("explain", 1280, "light");
        assertThat(browser().isTrue("""
                        (() => {
                          const key = document.getElementById('ex-key');
                          key.value = arguments[0];
                          key.dispatchEvent(new Event('input'));
                          return true;
                        })()""", HOSTILE)).isTrue();
        await("a hostile key", "document.getElementById('ex-text').textContent.includes('of <img src=x onerror=')");
        await("its marks", "document.getElementById('ex-text').textContent.includes('\\\\u202e\\\\u0007</script>')");
        assertThat(browser().isTrue("document.querySelector('img[src=x]')")).isFalse();
        assertThat(browser().isTrue("window.hacked")).isFalse();
        assertThat(browser().complaints()).isEmpty();
    }

    @Test
    void everythingIsReachedByKeyboard() {
        open();
        WebElement body = browser().driver.findElement(By.tagName("body"));
        body.sendKeys(Keys.TAB);
        assertThat(focused()).isEqualTo("Skip to the pipeline");
        browser().driver.switchTo().activeElement().sendKeys(Keys.ENTER);
        assertThat(browser().text("document.activeElement.id")).isEqualTo("main");
        StringBuilder order = new StringBuilder();
        for (int i = 0; i < 40; i++) {
            browser().driver.switchTo().activeElement().sendKeys(Keys.TAB);
            order.append(browser().text("document.activeElement.id || document.activeElement.textContent.slice(0, 30)"))
                    .append('\n');
            if (focused().equals("As a table") && !browser().isTrue("document.activeElement.parentElement.open")) {
                assertThat(browser().text("getComputedStyle(document.activeElement).outlineStyle"))
                        .isEqualTo("solid");
                browser().driver.switchTo().activeElement().sendKeys(Keys.ENTER);
            }
        }
        assertThat(order.toString())
                .contains(
                        "Definition as text",
                        "tap\n",
                        "search\n",
                        "key\n",
                        "span\n",
                        "ex-step\n",
                        "ex-key\n",
                        "ex-window\n");
        assertThat(browser().isTrue("[...document.querySelectorAll('details')].filter((one) => one.open).length >= 4"))
                .as(order.toString())
                .isTrue();
        await("a table for a chart", "document.querySelectorAll('#t-flow tbody tr').length > 0");
    }

    private static String focused() {
        return browser().text("document.activeElement.textContent").trim();
    }

    @Test
    void screenReadersFindTheirWay() {
        open();
        assertThat(browser()
                        .isTrue("document.querySelectorAll('main').length === 1"
                                + " && document.querySelectorAll('header').length === 1"
                                + " && document.querySelectorAll('h1').length === 1"
                                + " && document.querySelector('nav').getAttribute('aria-label')"
                                + " && document.documentElement.lang === 'en'"))
                .isTrue();
        assertThat(browser()
                        .text("[...document.querySelectorAll('section')].filter((one) => !document.getElementById("
                                + "one.getAttribute('aria-labelledby'))).length"))
                .isEqualTo("0");
        assertThat(browser()
                        .text("[...document.querySelectorAll('select, input')].filter((one) => !one.labels.length)"
                                + ".length"))
                .isEqualTo("0");
        assertThat(browser().text("document.querySelectorAll('[aria-live=polite]').length"))
                .isEqualTo("1");
        await(
                "the picture in words",
                "document.getElementById('picture-text').textContent.includes('stage 0, readings')");
        assertThat(browser()
                        .text(
                                "[...document.querySelectorAll('.chart')].filter((one) => !one.getAttribute('aria-label'))"
                                        + ".length"))
                .isEqualTo("0");
    }

    @Test
    void aSmallScreenNeedsNoSidewaysScrolling() throws Exception {
        browser().screen(320, 640, "light");
        open();
        await("charts", "document.querySelectorAll('.chart canvas').length >= 3");
        browser().run("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
        await("rows", "document.querySelectorAll('#errors li').length > 0");
        assertThat(browser()
                        .isTrue("innerWidth === 320 && document.documentElement.scrollWidth"
                                + " <= document.documentElement.clientWidth"))
                .isTrue();
        browser().run("document.querySelectorAll('details').forEach((one) => { one.open = false; })");
        browser().shoot("page-320", 320, "light");
    }

    @Test
    void theListOfVeryManyPipelinesLeavesRoomForThePage() throws Exception {
        List<PipelineController> more = new ArrayList<>();
        try {
            for (int i = 0; i < 30; i++) {
                more.add(LocalRuntime.create()
                        .withThreads(1)
                        .start(Pipeline.from(ListSource.of(List.of("a")).logTime())
                                .to(Sinks.collectInto(new ConcurrentLinkedQueue<>()))
                                .named("pipeline-of-plant-" + i)));
            }
            more.forEach(server::add);
            browser().screen(320, 640, "light");
            browser().driver.get(server.uri() + "#pipeline-of-plant-9");
            await("the list", "document.querySelectorAll('#pipelines a').length === 31");
            assertThat(browser().isTrue("document.querySelector('.bar').offsetHeight < 220"))
                    .as("the bar, which stays in view, leaves most of the screen free")
                    .isTrue();
            await(
                    "the pipeline that is shown in its list",
                    "(([list, one]) => one.top >= list.top && one.bottom <= list.bottom)("
                            + "['#pipelines', '#pipelines a[aria-current]']"
                            + ".map((it) => document.querySelector(it).getBoundingClientRect()))");
        } finally {
            more.forEach(PipelineController::close);
        }
    }

    @Test
    void thePageIsPausedAndGoesOnByTheKeyboard() {
        open();
        WebElement pause = browser().driver.findElement(By.id("pause"));
        pause.sendKeys(Keys.ENTER);
        await("the pause", "document.getElementById('link-text').textContent === 'paused'");
        String updated = browser().text("document.getElementById('foot').textContent");
        Await.until("nobody follows", SOON, () -> server.followers() == 0);
        assertThat(browser().text("document.getElementById('foot').textContent"))
                .isEqualTo(updated);
        pause.sendKeys(Keys.ENTER);
        await("another look", "document.getElementById('foot').textContent !== '" + updated + "'");
    }

    @Test
    void theTokenIsTypedIntoAFormAndOneSignsOutByTheKeyboard() throws Exception {
        String token = "the token of this test";
        try (MonitorServer closed =
                Monitor.of(controller).withToken(SecretSource.of(token)).start()) {
            browser().driver.get(closed.uri().toString());
            browser().driver.findElement(By.id("token")).sendKeys("not the token", Keys.ENTER);
            await("a message", "!document.getElementById('wrong').hidden");
            browser().shoot("login", 640, "light");
            browser().driver.findElement(By.id("token")).sendKeys(token, Keys.ENTER);
            await(
                    "the page",
                    "document.getElementById('link') && document.getElementById('link').dataset.state === 'ok'");
            assertThat(browser().driver.getCurrentUrl()).doesNotContain("token");
            browser().shoot("signed-in", 640, "light");
            browser().driver.findElement(By.cssSelector("#sign-out button")).sendKeys(Keys.ENTER);
            await("the form", "document.getElementById('token')");
            browser().driver.get(closed.uri().toString());
            await("the form again", "document.getElementById('token')");
        }
    }

    @Test
    void aSlowSinkIsNamedAndFindingsThatReadAlikeStayAsManyAsTheyAre() {
        Feed goods = new Feed("goods", 2);
        goods.add(0, new Reading("a", 1, 1));
        goods.add(1, new Reading("b", 1, 1));
        CountDownLatch release = new CountDownLatch(1);
        Pipeline pipeline = Pipeline.from(goods.eventTimeNanos(r -> r.millis() * 1_000_000))
                .to(Sinks.<Reading>calling("shop", (time, value) -> release.await()))
                .named("shop-goods");
        try (PipelineController running = LocalRuntime.create().withThreads(2).start(pipeline);
                MonitorServer shown = Monitor.serve(running, 0)) {
            try {
                browser().driver.get(shown.uri() + "#%"); // an address that names nothing
                String stuck = "[...document.querySelectorAll('#findings li')]"
                        + ".filter((li) => li.textContent.includes('\"to shop\" waits for its sink')).length";
                await("both workers", stuck + " === 2");
                String updated = browser().text("document.getElementById('foot').textContent");
                await("two more looks", "document.getElementById('foot').textContent !== '" + updated + "'");
                String later = browser().text("document.getElementById('foot').textContent");
                await("two more looks", "document.getElementById('foot').textContent !== '" + later + "'");
                assertThat(browser().text(stuck)).isEqualTo("2");
                release.countDown();
                await("nothing", stuck + " === 0");
            } finally {
                release.countDown(); // or closing would wait for the sink
            }
            browser().driver.get("about:blank");
        }
    }

    @Test
    void emptyStatesAndFailuresSayWhatIsTheMatter() throws Exception {
        controller.close();
        open();
        assertThat(browser().isTrue("document.getElementById('sign-out').hidden"))
                .as("nothing to sign out from without a token")
                .isTrue();
        await("the state", "document.getElementById('state').textContent === 'stopped'");
        await("the finding", "document.getElementById('findings').textContent.includes('The pipeline was stopped')");
        assertThat(browser().text("document.getElementById('announce').textContent"))
                .as("what is read aloud, which would be told at each window if it told of results")
                .isEqualTo("sensor-means: stopped, no problem");
        server.remove(controller);
        await("nothing", "document.getElementById('name').textContent === 'No pipeline runs here'");
        browser().shoot("empty", 1280, "light");
    }
}
