package io.datastream.fuzz;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.datastream.formats.avro.SchemaRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.apache.avro.Schema;

/** A schema registry in this JVM, which knows one schema. */
final class SmallRegistry {
    /** The number of the schema. */
    static final int ID = 1;

    private SmallRegistry() {}

    /** Starts it; it runs until the JVM ends. */
    static SchemaRegistry start(Schema schema) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            String quoted = schema.toString().replace("\\", "\\\\").replace("\"", "\\\"");
            server.createContext("/", exchange -> answer(exchange, 404, "{\"error_code\":40403}"));
            server.createContext(
                    "/schemas/ids/" + ID,
                    exchange -> answer(
                            exchange,
                            exchange.getRequestURI().getPath().endsWith("/" + ID) ? 200 : 404, // not 10 and so on
                            "{\"schema\":\"" + quoted + "\"}"));
            server.createContext("/subjects/", exchange -> answer(exchange, 200, "{\"id\":" + ID + "}"));
            server.start();
            return SchemaRegistry.at("http://localhost:" + server.getAddress().getPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e); // there is a free port
        }
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
