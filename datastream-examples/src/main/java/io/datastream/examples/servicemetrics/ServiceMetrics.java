package io.datastream.examples.servicemetrics;

import io.datastream.KeyedStream;
import io.datastream.Pipeline;
import io.datastream.alert.Alert;
import io.datastream.alert.AlertBook.ChannelStatus;
import io.datastream.alert.Severity;
import io.datastream.alerts.AlertManager;
import io.datastream.alerts.AlertRule;
import io.datastream.alerts.Alerting;
import io.datastream.alerts.ConsoleChannel;
import io.datastream.alerts.DefaultRules;
import io.datastream.alerts.WebhookChannel;
import io.datastream.config.Config;
import io.datastream.config.Secret;
import io.datastream.error.DeadLetter;
import io.datastream.error.ErrorPolicy;
import io.datastream.examples.CtrlC;
import io.datastream.examples.Programs;
import io.datastream.formats.json.JsonCodec;
import io.datastream.formats.json.JsonLinesFormat;
import io.datastream.httpclient.HttpEndpoint;
import io.datastream.log.FileLog;
import io.datastream.log.FileLogOptions;
import io.datastream.push.HttpPush;
import io.datastream.push.PushRoute;
import io.datastream.push.PushServer;
import io.datastream.runtime.Checkpoints;
import io.datastream.runtime.LocalRuntime;
import io.datastream.runtime.PipelineController;
import io.datastream.secret.SecretSource;
import io.datastream.sink.Sinks;
import io.datastream.time.Tumbling;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;

/**
 * Services push what they answered over HTTP; rate, 95th percentile and error share of each service and minute go to a PostgreSQL,
 * each row once, and an alert says when a service fails too often, and why that matters. A push is acknowledged when it is durable.
 *
 * <p>With {@code SIMULATE=600} it pushes ten minutes of made-up services itself and checks what arrived. See {@code --help}.
 */
public final class ServiceMetrics {
    private static final String NAME = "service-metrics";
    private static final String PATH = "/requests";
    private static final Duration DELIVERY = Duration.ofSeconds(30);

    private static final AlertRule<ServiceMinute> FAILING = AlertRule.above("failing", ServiceMinute::errorShare, 0.05)
            .withClearLimit(0.02)
            .withWorseLimit(0.3)
            .withSeverity(Severity.WARNING, Severity.CRITICAL)
            .about("share of failed requests")
            .because("More than one request in twenty fails, which users notice.")
            .lookAt("Look at the log of the service, and at what was deployed last.");

    private final Config config;
    private final Database database;
    private final PrintStream out;

    private ServiceMetrics(Config config, PrintStream out) {
        this.config = config;
        this.database = new Database(config);
        this.out = out;
    }

    /** Runs the example. Exits with 0 if all its checks pass, 1 if something failed, 2 if the configuration is wrong. */
    public static void main(String[] args) {
        System.exit(run(args, System.out, System.err));
    }

    static int run(String[] args, PrintStream out, PrintStream err) {
        return Programs.run(NAME, MetricsOptions.SPEC, args, out, err, config -> new ServiceMetrics(config, out).run());
    }

    private boolean run() throws Exception {
        database.check();
        int seconds = config.get(MetricsOptions.SIMULATE);
        String run = seconds == 0 ? NAME : NAME + "-" + Instant.now().getEpochSecond();
        Path folder = config.get(MetricsOptions.OUTPUT).resolve(run);
        FileLogOptions options =
                FileLogOptions.defaults().withRetention(Duration.ofDays(1)).withMaxBytes(1L << 30);
        try (CtrlC ctrlC = CtrlC.handled();
                FileLog log = FileLog.open(folder.resolve("requests"), options);
                AlertManager alerts = alerting(folder.resolve("alerts")).start()) {
            PushRoute<Request> route = PushRoute.at(PATH, log, JsonCodec.of(Request.class))
                    .accepting("application/x-ndjson", JsonLinesFormat.of(Request.class));
            LocalRuntime runtime = LocalRuntime.create().withCheckpoints(Checkpoints.to(folder.resolve("state")));
            try (PipelineController controller = runtime.start(pipeline(route, alerts));
                    PushServer server = push(route).start()) {
                alerts.watch(controller);
                URI address = URI.create("http://127.0.0.1:" + server.address().getPort() + PATH);
                out.println(NAME + ": takes requests at " + address);
                if (seconds > 0) {
                    return simulate(seconds, address, controller, alerts);
                }
                out.println("  runs until Ctrl-C");
                ctrlC.awaitEndOf(controller);
                return true;
            }
        }
    }

    private HttpPush push(PushRoute<Request> route) {
        HttpPush push = HttpPush.on(config.get(MetricsOptions.PORT)).with(route);
        return config.find(MetricsOptions.TOKEN)
                .map(token -> push.withToken(SecretSource.of(token.reveal())))
                .orElse(push);
    }

    private Alerting alerting(Path queues) {
        Alerting console = Alerting.withRules(DefaultRules.all())
                .deliverTo(ConsoleChannel.to(out))
                .withQueueIn(queues);
        return config.find(MetricsOptions.WEBHOOK_URL)
                .map(url -> console.deliverTo(WebhookChannel.json("webhook", HttpEndpoint.of(url.reveal()))))
                .orElse(console);
    }

    private Pipeline pipeline(PushRoute<Request> route, AlertManager alerts) {
        KeyedStream<String, ServiceMinute> minutes = Pipeline.from(route.source()
                        .eventTime(Request::time)
                        .disorderUpTo(MadeUpServices.DISORDER)
                        .idleAfter(config.get(MetricsOptions.QUIET))
                        .onError(ErrorPolicy.deadLetter()))
                .keyBy(Request::service)
                .window(Tumbling.of(ServiceMinute.LENGTH))
                .aggregate(ServiceMinute.figures())
                .mapValues(ServiceMinute::of);
        KeyedStream<String, Alert> failing = minutes.process(FAILING);
        return minutes.to(database.minutes())
                .and(failing.to(database.alerts()))
                .and(failing.to(Sinks.calling("alerts", (time, alert) -> alerts.accept(alert))))
                .deadLettersTo(Sinks.calling("unreadable", (time, letter) -> setAside(letter)))
                .named(NAME);
    }

    private void setAside(DeadLetter letter) {
        out.println("  set aside: " + letter);
    }

    /** Pushes, processes what was kept, and compares what is in the database with what was pushed. */
    private boolean simulate(int seconds, URI address, PipelineController controller, AlertManager alerts)
            throws Exception {
        long minutesBefore = database.count(Database.MINUTES);
        long alertsBefore = database.count(Database.ALERTS);
        Instant start = Instant.now().truncatedTo(ChronoUnit.MINUTES).minusSeconds(seconds);
        MadeUpServices services = new MadeUpServices(start, seconds);
        int requests = services.requests().size();
        long began = System.nanoTime();
        services.push(
                address, config.find(MetricsOptions.TOKEN).map(Secret::reveal).orElse(null), 0, requests);
        controller.drain();
        long millis = (System.nanoTime() - began) / 1_000_000;
        awaitDelivery(alerts);

        long rows = database.count(Database.MINUTES) - minutesBefore;
        long told = database.count(Database.ALERTS) - alertsBefore;
        out.printf(Locale.ROOT, "  %,d requests pushed, kept and processed in %,d ms%n", requests, millis);
        out.printf(
                Locale.ROOT,
                "  %,d rows are in table %s, %,d alerts in table %s%n",
                rows,
                Database.MINUTES,
                told,
                Database.ALERTS);
        if (rows != services.minutes()) {
            out.println("  CHECK FAILED: rows: " + rows + " (expected: " + services.minutes() + ")");
            return false;
        }
        out.println("  all checks passed");
        return true;
    }

    /** Alerts are delivered while the pipeline goes on, so the last ones may be on their way. */
    private static void awaitDelivery(AlertManager alerts) {
        long began = System.nanoTime();
        while (alerts.channels().stream().mapToLong(ChannelStatus::waiting).sum() > 0
                && System.nanoTime() - began < DELIVERY.toNanos()) {
            LockSupport.parkNanos(10_000_000);
        }
    }
}
