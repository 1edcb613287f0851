package io.datastream.kafka.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.datastream.secret.SecretSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerToken;
import org.jspecify.annotations.Nullable;

/**
 * Asks an identity provider for tokens: the client credentials grant of RFC 6749, section 4.4, with the client's
 * credentials in the header {@code Authorization} (section 2.3.1). Kafka's own way would need a JSON library and a system
 * property for each address. The secret is looked up at each request; an answer is never quoted but for its error code.
 */
public final class TokenEndpoint implements TokenSource {
    private static final int TRIES = 3;
    private static final int CONNECT_MILLIS = 5_000;
    private static final int READ_MILLIS = 10_000;
    private static final int LONGEST_ANSWER = 1 << 20;
    private static final int OK = 200;
    private static final int SERVER_ERROR = 500;

    private final URI address;
    private final String client;
    private final SecretSource secret;
    private final @Nullable String scope;

    /** The endpoint at an address, and who asks it. */
    public TokenEndpoint(URI address, String client, SecretSource secret, @Nullable String scope) {
        this.address = address;
        this.client = client;
        this.secret = secret;
        this.scope = scope;
    }

    /** A provider that is busy or restarts is asked again; one that refuses is not. */
    @Override
    public OAuthBearerToken token() throws IOException {
        for (int i = 1; ; i++) {
            try {
                return ask();
            } catch (UnansweredException e) {
                if (i == TRIES) {
                    throw e;
                }
                pause(Duration.ofMillis(200L << i));
            }
        }
    }

    /** No usable answer now; there may be one later. */
    private static final class UnansweredException extends IOException {
        private static final long serialVersionUID = 1L;

        UnansweredException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    private OAuthBearerToken ask() throws IOException {
        String credentials = URLEncoder.encode(client, UTF_8) + ":" + URLEncoder.encode(secret.reveal(), UTF_8);
        String form =
                "grant_type=client_credentials" + (scope == null ? "" : "&scope=" + URLEncoder.encode(scope, UTF_8));
        int status;
        String answer;
        try {
            HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
            connection.setInstanceFollowRedirects(false);
            connection.setConnectTimeout(CONNECT_MILLIS);
            connection.setReadTimeout(READ_MILLIS);
            connection.setRequestMethod("POST");
            connection.setDoOutput(true);
            connection.setRequestProperty(
                    "Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8)));
            connection.setRequestProperty("Content-Type", "application/x-www-form-urlencoded");
            connection.setRequestProperty("Accept", "application/json");
            try (OutputStream out = connection.getOutputStream()) {
                out.write(form.getBytes(UTF_8));
            }
            status = connection.getResponseCode();
            answer = read(status >= 400 ? connection.getErrorStream() : connection.getInputStream());
        } catch (IOException e) {
            throw new UnansweredException(place() + ": no answer: " + e + " (expected: an endpoint that answers)", e);
        }
        if (status >= SERVER_ERROR) {
            throw new UnansweredException(place() + ": status " + status + " (expected: 200)", null);
        }
        return token(status, answer);
    }

    private OAuthBearerToken token(int status, String answer) throws IOException {
        Map<String, Object> members;
        try {
            members = FlatJson.parse(answer);
        } catch (IllegalArgumentException e) {
            members = Map.of();
        }
        if (status != OK) {
            String code =
                    members.get("error") instanceof String error && error.matches("[a-z_]{1,60}") ? " " + error : "";
            throw new IOException(place() + ": client \"" + client + "\" was refused with status " + status + code
                    + " (expected: 200; check client, secret and scope)");
        }
        if (!(members.get("access_token") instanceof String token)) {
            throw new IOException(place() + ": no token in its answer (expected: JSON with access_token)");
        }
        Duration life = members.get("expires_in") instanceof Double seconds && seconds > 0 && seconds < 1e9
                ? Duration.ofSeconds(seconds.longValue())
                : null;
        return BearerToken.of(address.toString(), token, life, Instant.now());
    }

    private static String read(@Nullable InputStream in) throws IOException {
        if (in == null) {
            return "";
        }
        try (in) {
            return new String(in.readNBytes(LONGEST_ANSWER), UTF_8);
        }
    }

    private String place() {
        return "token endpoint " + address;
    }

    private static void pause(Duration length) throws IOException {
        try {
            Thread.sleep(length.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a token was asked for", e);
        }
    }

    @Override
    public String toString() {
        return place();
    }
}
