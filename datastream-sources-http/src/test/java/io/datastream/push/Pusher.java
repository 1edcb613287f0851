package io.datastream.push;

import io.datastream.codec.Codec;
import io.datastream.codec.CodecException;
import io.datastream.log.FileLog;
import io.datastream.source.SourceReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** Talks to a server, properly or not, and looks into its log. */
final class Pusher {
    static final String TEXT = "text/plain";

    private final InetSocketAddress address;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    Pusher(InetSocketAddress address) {
        this.address = address;
    }

    HttpResponse<String> post(String path, String body, String... headers) throws Exception {
        return post(path, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    HttpResponse<String> post(String path, byte[] body, String... headers) throws Exception {
        HttpRequest.Builder request = request(path).POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path) throws Exception {
        return client.send(request(path).GET().build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + address.getPort() + path));
    }

    /** Sends bytes as they are, and gives what comes back until the server closes. */
    String raw(String bytes) throws IOException {
        try (Socket socket = open()) {
            try {
                socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            } catch (SocketException serverHadEnough) {
                return rest(socket);
            }
            return rest(socket);
        }
    }

    Socket open() throws IOException {
        Socket socket = new Socket(address.getAddress(), address.getPort());
        socket.setSoTimeout(20_000);
        return socket;
    }

    /** What comes until the server closes, or breaks the connection. */
    static String rest(Socket socket) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            InputStream in = socket.getInputStream();
            for (int b = in.read(); b >= 0; b = in.read()) {
                all.write(b);
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the server neither answered nor closed", e);
        } catch (IOException broken) {
            return all.toString(StandardCharsets.ISO_8859_1);
        }
        return all.toString(StandardCharsets.ISO_8859_1);
    }

    static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    /** All that a log holds. */
    static List<String> kept(FileLog log) {
        List<String> values = new ArrayList<>();
        try (SourceReader<String> reader = log.source(Codec.utf8()).open(0, 0)) {
            SourceReader.Collector<String> collector = new SourceReader.Collector<>() {
                @Override
                public void record(long offset, long logNanos, String value, byte @Nullable [] original) {
                    values.add(value);
                }

                @Override
                public void malformed(long offset, long logNanos, CodecException error, byte @Nullable [] original) {
                    throw new AssertionError(offset + ": " + error);
                }
            };
            while (reader.poll(1_000, collector) == SourceReader.Status.MORE) {
                // reads on
            }
        }
        return values;
    }
}
