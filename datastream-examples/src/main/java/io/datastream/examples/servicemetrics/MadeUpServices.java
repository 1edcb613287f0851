package io.datastream.examples.servicemetrics;

import io.datastream.formats.json.JsonCodec;
import io.datastream.time.EventTime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Three made-up services that push what they answered: not quite in order, some batches twice, as clients do that got no answer,
 * and with two minutes in which many requests of one of them fail.
 */
final class MadeUpServices {
    /** How much later than others a request may be pushed. */
    static final Duration DISORDER = Duration.ofSeconds(5);

    /** The service that fails in the third and fourth minute. */
    static final String FAILING = "payment";

    private static final List<String> SERVICES = List.of("basket", FAILING, "search");
    private static final int BATCH = 500;
    private static final int EACH_TWICE = 5;
    private static final long SEED = 7;

    private final List<Request> requests;

    MadeUpServices(Instant start, int seconds) {
        record Pushed(long millis, Request request) {}
        Random random = new Random(SEED);
        List<Pushed> all = new ArrayList<>();
        for (int second = 0; second < seconds; second++) {
            boolean fails = second >= 120 && second < 240;
            for (String service : SERVICES) {
                for (int i = 3 + random.nextInt(5); i > 0; i--) {
                    long millis = second * 1_000L + random.nextInt(1_000);
                    double took = (10 + random.nextInt(90)) * (random.nextInt(25) == 0 ? 10.5 : 1.5);
                    boolean failed = random.nextDouble() < (fails && service.equals(FAILING) ? 0.4 : 0.005);
                    Request request = new Request(service, start.plusMillis(millis), took, failed ? 503 : 200);
                    all.add(new Pushed(millis + random.nextInt((int) DISORDER.toMillis()), request));
                }
            }
        }
        all.sort(Comparator.comparingLong(Pushed::millis));
        this.requests = all.stream().map(Pushed::request).toList();
    }

    /** What is pushed, in this order. */
    List<Request> requests() {
        return requests;
    }

    /** How many minutes of services are over when all has come: the watermark is behind the newest one by the disorder. */
    long minutes() {
        record Minute(String service, long number) {}
        long length = EventTime.nanos(ServiceMinute.LENGTH);
        long watermark = requests.stream()
                        .mapToLong(request -> EventTime.nanos(request.time()))
                        .max()
                        .orElse(EventTime.MIN)
                - EventTime.nanos(DISORDER);
        return requests.stream()
                .map(request -> new Minute(request.service(), Math.floorDiv(EventTime.nanos(request.time()), length)))
                .filter(minute -> (minute.number() + 1) * length <= watermark)
                .distinct()
                .count();
    }

    /** Pushes requests, by numbers from one to another, and returns when all are acknowledged. */
    void push(URI address, @Nullable String token, int from, int to) throws IOException, InterruptedException {
        HttpClient client = HttpClient.newHttpClient();
        for (int first = from; first < to; first += BATCH) {
            HttpRequest.Builder request = HttpRequest.newBuilder(address)
                    .header("Content-Type", "application/x-ndjson")
                    .header("Idempotency-Key", requests.get(0).time() + "-" + first)
                    .timeout(Duration.ofSeconds(60))
                    .POST(HttpRequest.BodyPublishers.ofByteArray(lines(first, Math.min(first + BATCH, to))));
            if (token != null) {
                request.header("Authorization", "Bearer " + token);
            }
            int times = first / BATCH % EACH_TWICE == 0 ? 2 : 1;
            for (int i = 0; i < times; i++) {
                HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() != 200) {
                    throw new IOException(
                            "push: status " + answer.statusCode() + ": " + answer.body() + " (expected: 200)");
                }
            }
        }
    }

    private byte[] lines(int from, int to) {
        JsonCodec<Request> json = JsonCodec.of(Request.class);
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        for (Request request : requests.subList(from, to)) {
            lines.writeBytes(json.encode(request));
            lines.write('\n');
        }
        return lines.toByteArray();
    }
}
