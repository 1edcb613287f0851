package io.datastream.monitor;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.datastream.alert.AlertBook;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out what a request asks for, and whether it may. */
final class Router implements HttpHandler {
    private static final Logger LOG = LoggerFactory.getLogger(Router.class);

    /** The longest address, in characters. */
    static final int LONGEST_ADDRESS = 4_000;

    /** The longest form, in bytes. */
    static final int LONGEST_FORM = 4_000;

    private static final String FORM = "application/x-www-form-urlencoded";

    private final Map<String, Watched> pipelines;
    private final ResourceMeter resources;
    private final Access access;
    private final Followers followers;
    private final SeriesApi series;
    private final @Nullable AlertBook alerts;
    private final Assets assets = new Assets();

    Router(
            Map<String, Watched> pipelines,
            ResourceMeter resources,
            Access access,
            Followers followers,
            SeriesApi series,
            @Nullable AlertBook alerts) {
        this.pipelines = pipelines;
        this.resources = resources;
        this.access = access;
        this.followers = followers;
        this.series = series;
        this.alerts = alerts;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try {
            protect(exchange.getResponseHeaders());
            Answer answer;
            try {
                if (follows(exchange)) {
                    return;
                }
                answer = answer(exchange);
            } catch (RuntimeException e) {
                LOG.warn("monitor: a request failed", e);
                answer = Answer.text(500, "the monitor failed; its log says why");
            }
            send(exchange, answer);
        } catch (IOException e) {
            LOG.debug("monitor: a client is gone", e);
            exchange.close();
        }
    }

    private static void protect(Headers headers) {
        headers.set(
                "Content-Security-Policy",
                "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
                        + " form-action 'self'; base-uri 'none'; frame-ancestors 'none'");
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("X-Frame-Options", "DENY");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cross-Origin-Resource-Policy", "same-origin");
        headers.set("Cross-Origin-Opener-Policy", "same-origin");
        headers.set("Cache-Control", "no-store");
    }

    private void send(HttpExchange exchange, Answer answer) throws IOException {
        Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", answer.type());
        answer.headers().forEach(headers::set);
        boolean hasBody = !exchange.getRequestMethod().equals("HEAD") && answer.code() != 304;
        if (answer.code() >= 400) {
            headers.set("Connection", "close"); // what is left of the request is not read
        }
        exchange.sendResponseHeaders(answer.code(), hasBody && answer.body().length > 0 ? answer.body().length : -1);
        if (hasBody) {
            exchange.getResponseBody().write(answer.body());
        }
        exchange.close();
    }

    /** Whether the request was one for events and has been taken care of. */
    private boolean follows(HttpExchange exchange) {
        String[] path = path(exchange);
        if (!exchange.getRequestMethod().equals("GET")
                || path.length != 5
                || !path[1].equals("api")
                || !path[2].equals("pipelines")
                || !path[4].equals("events")
                || access.wrongHost(exchange.getRequestHeaders()) != null
                || !access.isAllowed(exchange.getRequestHeaders())) {
            return false;
        }
        Watched watched = pipelines.get(path[3]);
        if (watched == null) {
            return false;
        }
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream; charset=utf-8");
        exchange.getResponseHeaders().set("Cache-Control", "no-store, no-transform");
        Access.Session session = access.grant(exchange.getRequestHeaders());
        boolean taken = followers.add(watched.name(), session, exchange, Frame.of(watched.view(resources.read())));
        if (!taken) {
            exchange.getResponseHeaders().set("Retry-After", "10");
        } else if (session != null && !access.isOpen(session)) { // signed out meanwhile
            followers.end(session);
        }
        return taken;
    }

    private static String[] path(HttpExchange exchange) {
        return exchange.getRequestURI().getPath().split("/", -1);
    }

    private Answer answer(HttpExchange exchange) throws IOException {
        Headers headers = exchange.getRequestHeaders();
        String method = exchange.getRequestMethod();
        String path = exchange.getRequestURI().getPath();
        if (exchange.getRequestURI().toString().length() > LONGEST_ADDRESS) {
            return Answer.text(414, "address: longer than " + LONGEST_ADDRESS + " characters");
        }
        String wrongHost = access.wrongHost(headers);
        if (wrongHost != null) {
            return Answer.text(403, wrongHost);
        }
        if (path.equals("/login")) {
            return method.equals("POST") ? login(exchange) : home();
        }
        if (path.equals("/logout")) {
            return method.equals("POST") ? logout(headers) : home();
        }
        if (!method.equals("GET") && !method.equals("HEAD")) {
            return Answer.text(405, "method: not allowed here (expected: GET or HEAD)")
                    .with("Allow", "GET, HEAD");
        }
        if (headers.containsKey("Transfer-Encoding")
                || !"0"
                        .equals(headers.getOrDefault("Content-Length", List.of("0"))
                                .get(0))) {
            return Answer.text(413, "body: not expected with " + method);
        }
        boolean allowed = access.isAllowed(headers);
        if (path.startsWith("/health/")) {
            return Health.answer(path.substring("/health/".length()), pipelines.values(), allowed);
        }
        Answer asset = assets.get(path, headers);
        if (asset != null) {
            return asset;
        }
        if (!allowed) {
            return path.equals("/")
                    ? assets.login(401, false)
                    : Answer.text(401, "token: missing or wrong (expected: Authorization: Bearer ...)")
                            .with("WWW-Authenticate", "Bearer");
        }
        return path.equals("/metrics")
                ? metrics()
                : path.equals("/") ? assets.page(access.session(headers) != null) : api(exchange);
    }

    private Answer metrics() {
        return new Answer(
                200,
                PrometheusText.TYPE,
                PrometheusText.of(pipelines.values().stream()
                                .map(watched -> watched.controller().meters())
                                .toList())
                        .getBytes(StandardCharsets.UTF_8),
                Map.of());
    }

    private Answer api(HttpExchange exchange) {
        String[] path = path(exchange);
        if (path.length < 3 || !path[1].equals("api")) {
            return notFound();
        }
        return switch (path[2]) {
            case "pipelines" ->
                pipelines(path, new Query(exchange.getRequestURI().getRawQuery()));
            case "series" ->
                found(series.answer(path, new Query(exchange.getRequestURI().getRawQuery())));
            case "alerts" -> path.length == 3 ? Answer.json(AlertViews.of(alerts)) : notFound();
            default -> notFound();
        };
    }

    private static Answer found(@Nullable Answer answer) {
        return answer == null ? notFound() : answer;
    }

    private Answer pipelines(String[] path, Query query) {
        if (path.length == 3) {
            return Answer.json(pipelines.values().stream().map(Watched::line).toList());
        }
        Watched watched = pipelines.get(path[3]);
        if (watched == null) {
            return Answer.text(404, "pipeline: no such name (expected: one of " + pipelines.keySet() + ")");
        }
        if (path.length == 4) {
            return Answer.json(watched.view(resources.read()).with(watched.planView()));
        }
        if (path.length == 5 && path[4].equals("history")) {
            return Answer.json(watched.history());
        }
        if (path.length == 5 && path[4].equals("explain")) {
            return new ExplainApi(watched.controller().explanations()).answer(query);
        }
        if (path.length == 5 && path[4].equals("events")) {
            return Answer.text(503, "clients: too many follow already; try again later");
        }
        return notFound();
    }

    private static Answer notFound() {
        return Answer.text(
                404,
                "not found (expected: /, /api/pipelines, /api/pipelines/{name}, .../history, .../events, .../explain,"
                        + " /api/series, /api/alerts, /metrics, /health/live or /health/ready)");
    }

    private Answer login(HttpExchange exchange) throws IOException {
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        if (type == null || !type.split(";")[0].trim().equalsIgnoreCase(FORM)) {
            return Answer.text(415, "content type: expected " + FORM);
        }
        byte[] form = exchange.getRequestBody().readNBytes(LONGEST_FORM + 1);
        if (form.length > LONGEST_FORM) {
            return Answer.text(413, "form: longer than " + LONGEST_FORM + " bytes");
        }
        if (!access.needsToken()) {
            return home();
        }
        String token = new Query(new String(form, StandardCharsets.UTF_8)).get("token");
        return access.isToken(token) ? home().with("Set-Cookie", access.newSession(token)) : assets.login(401, true);
    }

    /** Ends the session of the browser, and all that it follows in any of its windows. Other sites cannot: its cookie is missing. */
    private Answer logout(Headers headers) {
        Access.Session session = access.session(headers);
        if (session == null) {
            return home();
        }
        access.end(session);
        followers.end(session);
        return home().with("Set-Cookie", access.noSession());
    }

    private static Answer home() {
        return Answer.text(303, "").with("Location", "/");
    }
}
