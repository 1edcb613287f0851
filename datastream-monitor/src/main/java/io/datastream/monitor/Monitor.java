package io.datastream.monitor;

import io.datastream.alert.AlertBook;
import io.datastream.runtime.PipelineController;
import io.datastream.secret.SecretSource;
import io.datastream.secret.Tls;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What to show of running pipelines, and to whom: a page for people, JSON for programs, meters for Prometheus, and answers
 * to health checks. Immutable; {@link #start()} gives a server.
 *
 * <pre>{@code
 * try (MonitorServer monitor = Monitor.serve(controller, 8080)) {
 *     controller.awaitTermination();   // meanwhile the page is at http://127.0.0.1:8080/
 * }
 * }</pre>
 *
 * <p>The server is reached from the same machine only, unless {@link #withAddress} says otherwise, and then both
 * {@link #withToken} and {@link #withTls} are required. It changes nothing: pipelines cannot be stopped through it. What it
 * shows are names, counts, times, error messages, and the values of series that were tapped for it.
 *
 * <p>It has threads of its own, which look at the pipelines once a second. Whoever reads slowly misses updates, and is cut
 * off after a while; pipelines never wait for the server.
 */
public final class Monitor {
    /** The most pages that may follow at the same time, by default. */
    public static final int DEFAULT_CLIENTS = 16;

    /** The shortest token that is accepted, in characters. */
    public static final int SHORTEST_TOKEN = 16;

    final List<PipelineController> controllers;
    final int port;
    final String address;
    final @Nullable SecretSource token;
    final @Nullable Tls tls;
    final int clients;
    final List<SeriesTap<?>> series;
    final @Nullable AlertBook alerts;

    private Monitor(
            List<PipelineController> controllers,
            int port,
            String address,
            @Nullable SecretSource token,
            @Nullable Tls tls,
            int clients,
            List<SeriesTap<?>> series,
            @Nullable AlertBook alerts) {
        this.controllers = controllers;
        this.port = port;
        this.address = address;
        this.token = token;
        this.tls = tls;
        this.clients = clients;
        this.series = series;
        this.alerts = alerts;
    }

    /** A monitor of a running pipeline, on a free port of this machine's loopback address. */
    public static Monitor of(PipelineController controller) {
        return new Monitor(List.of(controller), 0, "127.0.0.1", null, null, DEFAULT_CLIENTS, List.of(), null);
    }

    /**
     * Serves a running pipeline on a port of this machine's loopback address.
     *
     * @param port 0 for any that is free
     * @throws MonitorException if the port cannot be listened on
     */
    public static MonitorServer serve(PipelineController controller, int port) {
        return of(controller).withPort(port).start();
    }

    /** The same monitor, of this pipeline as well. Others can be added to a running server. */
    public Monitor and(PipelineController controller) {
        List<PipelineController> all = new ArrayList<>(controllers);
        all.add(controller);
        return new Monitor(List.copyOf(all), port, address, token, tls, clients, series, alerts);
    }

    /** The same monitor on this port; 0 for any that is free. */
    public Monitor withPort(int newPort) {
        if (newPort < 0 || newPort > 65_535) {
            throw new IllegalArgumentException("port: " + newPort + " (expected: 0 to 65535)");
        }
        return new Monitor(controllers, newPort, address, token, tls, clients, series, alerts);
    }

    /**
     * The same monitor on an address of this machine, such as {@code 0.0.0.0} for all of them. One that is not a loopback
     * address needs {@link #withToken} and {@link #withTls}.
     */
    public Monitor withAddress(String newAddress) {
        return new Monitor(
                controllers, port, Objects.requireNonNull(newAddress, "address"), token, tls, clients, series, alerts);
    }

    /**
     * The same monitor for those only who know this token, of at least {@link #SHORTEST_TOKEN} characters. Programs send it
     * as {@code Authorization: Bearer}; people type it into a form. It is looked up at each use.
     */
    public Monitor withToken(SecretSource newToken) {
        return new Monitor(controllers, port, address, newToken, tls, clients, series, alerts);
    }

    /** The same monitor over TLS, with the certificate and key that {@link Tls#presenting} names. */
    public Monitor withTls(Tls newTls) {
        return new Monitor(controllers, port, address, token, newTls, clients, series, alerts);
    }

    /** The same monitor for at most so many pages that follow at the same time. Default: {@link #DEFAULT_CLIENTS}. */
    public Monitor withClients(int most) {
        if (most < 1 || most > 1_000) {
            throw new IllegalArgumentException("clients: " + most + " (expected: 1 to 1000)");
        }
        return new Monitor(controllers, port, address, token, tls, most, series, alerts);
    }

    /** The same monitor, which draws what goes through this tap as well. */
    public Monitor withSeries(SeriesTap<?> tap) {
        List<SeriesTap<?>> all = new ArrayList<>(series);
        all.add(tap);
        return new Monitor(controllers, port, address, token, tls, clients, List.copyOf(all), alerts);
    }

    /** The same monitor, which shows these alerts. */
    public Monitor withAlerts(AlertBook book) {
        return new Monitor(controllers, port, address, token, tls, clients, series, book);
    }

    /**
     * Listens and answers until the server is closed.
     *
     * @throws IllegalArgumentException if others than this machine could reach it without a token or without TLS, if the
     *     token is too short, or if two pipelines have the same name
     * @throws MonitorException if the address cannot be listened on
     */
    public MonitorServer start() {
        InetAddress resolved;
        try {
            resolved = InetAddress.getByName(address);
        } catch (UnknownHostException e) {
            throw new MonitorException("address: " + address + " is not known (expected: one of this machine)", e);
        }
        if (!resolved.isLoopbackAddress() && (token == null || tls == null)) {
            throw new IllegalArgumentException("address: " + address + " with "
                    + (token == null ? "no token" : "a token") + " and " + (tls == null ? "no TLS" : "TLS")
                    + " (expected: a loopback address such as 127.0.0.1, or both withToken and withTls)");
        }
        if (token != null && token.reveal().length() < SHORTEST_TOKEN) {
            throw new IllegalArgumentException("token from " + token + ": "
                    + token.reveal().length() + " characters (expected: at least " + SHORTEST_TOKEN + ")");
        }
        return MonitorServer.start(this, resolved);
    }

    /** Where it listens and what it shows, without the token. */
    @Override
    public String toString() {
        return "Monitor[" + address + ":" + port + ", "
                + controllers.stream().map(PipelineController::name).toList()
                + (token == null ? "" : ", token from " + token) + (tls == null ? "" : ", TLS") + "]";
    }
}
