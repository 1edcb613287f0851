package io.datastream.monitor;

import com.sun.net.httpserver.Headers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** The files of the page, which are the same for everybody and hold nothing of any pipeline. */
final class Assets {
    private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/";
    private static final String CSS = "text/css; charset=utf-8";
    private static final String SIGN_OUT = "id=\"sign-out\"";
    private static final String JS = "text/javascript; charset=utf-8";

    private final Map<String, Asset> files = Map.of(
            "/monitor.css", new Asset("monitor.css", CSS),
            "/monitor.js", new Asset("monitor.js", JS),
            "/icon.svg", new Asset("icon.svg", "image/svg+xml"),
            "/uplot.css", new Asset(UPLOT + "uPlot.min.css", CSS),
            "/uplot.js", new Asset(UPLOT + "uPlot.iife.min.js", JS));
    private final String page = html("monitor.html");
    private final String login = html("login.html");

    private static final class Asset {
        final String type;
        final byte[] plain;
        final byte[] packed;
        final String tag;

        Asset(String resource, String type) {
            this.type = type;
            this.plain = read(resource);
            this.packed = gzip(plain);
            this.tag = '"' + digest(plain) + '"';
        }
    }

    /** A file, or that the client has it already; null if there is none at this path. */
    @Nullable
    Answer get(String path, Headers headers) {
        Asset asset = files.get(path);
        if (asset == null) {
            return null;
        }
        String accepts = headers.getFirst("Accept-Encoding");
        boolean packs = accepts != null && accepts.contains("gzip");
        boolean known = asset.tag.equals(headers.getFirst("If-None-Match"));
        Answer answer = new Answer(known ? 304 : 200, asset.type, packs ? asset.packed : asset.plain, Map.of())
                .with("ETag", asset.tag)
                .with("Vary", "Accept-Encoding")
                .with("Cache-Control", "no-cache"); // asked for again each time, and answered by 304
        return packs ? answer.with("Content-Encoding", "gzip") : answer;
    }

    /**
     * The page.
     *
     * @param canSignOut whether the browser has a session that it may end
     */
    Answer page(boolean canSignOut) {
        return Answer.html(200, canSignOut ? page.replace(SIGN_OUT + " hidden", SIGN_OUT) : page);
    }

    /** The form for the token. */
    Answer login(int code, boolean wasWrong) {
        return Answer.html(code, wasWrong ? login.replace(" hidden", "") : login);
    }

    /** What both pages begin with, and the rest of one. */
    private static String html(String resource) {
        return new String(read("head.html"), StandardCharsets.UTF_8)
                + new String(read(resource), StandardCharsets.UTF_8);
    }

    private static byte[] read(String resource) {
        try (InputStream in = Assets.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("resource: " + resource + " is missing (expected: the files of"
                        + " datastream-monitor, and org.webjars.npm:uplot 1.6.30, on the class path)");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("resource " + resource, e);
        }
    }

    private static byte[] gzip(byte[] plain) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes), 0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
