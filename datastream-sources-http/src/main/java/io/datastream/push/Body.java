package io.datastream.push;

import com.sun.net.httpserver.HttpExchange;
import io.datastream.source.GzipInput;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The body of a request, read as a whole and within limits. */
final class Body {
    private static final int DRAIN = 1 << 24;
    private static final int BUFFER = 1 << 13;

    private Body() {}

    /**
     * The bytes, uncompressed.
     *
     * @throws IOException if the connection fails, or the body is shorter than announced
     */
    static byte[] read(HttpExchange exchange, int limit) throws IOException, Refusal {
        boolean gzip = isGzip(exchange.getRequestHeaders().getFirst("Content-Encoding"));
        List<String> lengths = exchange.getRequestHeaders().get("Content-Length");
        if (lengths != null
                && (lengths.size() > 1 || exchange.getRequestHeaders().containsKey("Transfer-Encoding"))) {
            throw new Refusal(400, "Content-Length: not alone (expected: one, and no Transfer-Encoding with it)");
        }
        String announced = lengths == null ? null : lengths.get(0);
        long length = announced == null ? -1 : length(announced);
        if (length > limit) {
            throw tooLarge(limit);
        }
        byte[] bytes = upTo(limit, exchange.getRequestBody());
        if (length >= 0 && bytes.length != length) {
            throw new IOException("body: " + bytes.length + " bytes (expected: " + length + ")");
        }
        if (!gzip) {
            return bytes;
        }
        try (InputStream uncompressed = new GzipInput(new ByteArrayInputStream(bytes))) {
            return upTo(limit, uncompressed);
        } catch (IOException e) {
            throw new Refusal(400, "body: " + e.getMessage());
        }
    }

    private static long length(String announced) throws Refusal {
        if (!announced.matches("\\d{1,18}")) {
            throw new Refusal(400, "Content-Length: " + announced + " (expected: a number)");
        }
        return Long.parseLong(announced);
    }

    private static boolean isGzip(@Nullable String encoding) throws Refusal {
        String name = encoding == null ? "identity" : encoding.strip().toLowerCase(Locale.ROOT);
        if (!name.equals("identity") && !name.equals("gzip")) {
            throw new Refusal(415, "Content-Encoding: " + encoding + " (expected: gzip, or none)");
        }
        return name.equals("gzip");
    }

    private static byte[] upTo(int limit, InputStream in) throws IOException, Refusal {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] buffer = new byte[BUFFER];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
            if (bytes.size() + count > limit) {
                throw tooLarge(limit);
            }
            bytes.write(buffer, 0, count);
        }
        return bytes.toByteArray();
    }

    private static Refusal tooLarge(int limit) {
        return new Refusal(413, "body: too large (expected: at most " + limit + " bytes, also when uncompressed)");
    }

    /**
     * Reads some of what a client still sends, so that it comes to reading the answer; a connection that is closed before loses
     * it.
     *
     * @return whether all is read
     */
    static boolean drain(HttpExchange exchange) throws IOException {
        InputStream in = exchange.getRequestBody();
        byte[] buffer = new byte[BUFFER];
        for (int total = 0; total < DRAIN; ) {
            int count = in.read(buffer);
            if (count < 0) {
                return true;
            }
            total += count;
        }
        return false;
    }
}
