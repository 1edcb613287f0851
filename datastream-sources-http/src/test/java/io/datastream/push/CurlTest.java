package io.datastream.push;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.codec.Codec;
import io.datastream.log.FileLog;
import io.datastream.secret.SecretSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A client that is not of the JDK. Skipped where there is no curl. */
@Timeout(60)
class CurlTest {
    @TempDir
    Path folder;

    @BeforeAll
    static void needsCurl() throws Exception {
        boolean there;
        try {
            there = run("curl", "--version").startsWith("curl");
        } catch (IOException e) {
            there = false;
        }
        Assumptions.assumeTrue(there, "curl is not installed");
    }

    @Test
    void curlPushesFilesAndReadsAnswers() throws Exception {
        List<String> lines =
                IntStream.range(0, 50_000).mapToObj(i -> "line " + i).toList();
        Path file = Files.write(folder.resolve("lines"), lines);
        Path compressed = Files.write(folder.resolve("lines.gz"), Pusher.gzip(Files.readString(file)));
        Path large = Files.write(folder.resolve("large"), new byte[3_000_000]);
        try (FileLog log = FileLog.open(folder.resolve("log"));
                PushServer server = HttpPush.on(0)
                        .with(PushRoute.at("/lines", log, Codec.utf8()).accepting("text/plain", new Texts()))
                        .withToken(SecretSource.of("t"))
                        .withMaxBody(1_000_000)
                        .start()) {
            String url = "http://127.0.0.1:" + server.address().getPort() + "/lines";
            String type = "Content-Type: text/plain";
            String token = "Authorization: Bearer t";

            assertThat(curl("-H", type, "-H", token, "--data-binary", "@" + file, url))
                    .isEqualTo("{\"records\":50000} 200");
            assertThat(curl(
                            "-H",
                            type,
                            "-H",
                            token,
                            "-H",
                            "Content-Encoding: gzip",
                            "--data-binary",
                            "@" + compressed,
                            url))
                    .isEqualTo("{\"records\":50000} 200");
            assertThat(curl(
                            "-H",
                            type,
                            "-H",
                            token,
                            "-H",
                            "Transfer-Encoding: chunked",
                            "--data-binary",
                            "@" + file,
                            url))
                    .isEqualTo("{\"records\":50000} 200");
            assertThat(curl("-H", type, "-H", token, "--data-binary", "@" + large, url))
                    .isEqualTo("body: too large (expected: at most 1000000 bytes, also when uncompressed)\n 413");
            assertThat(curl("-H", type, "--data-binary", "@" + file, url)).endsWith(" 401");
            assertThat(curl("-X", "PUT", "-H", token, url)).endsWith(" 405");

            List<String> expected = new ArrayList<>(lines);
            expected.addAll(lines);
            expected.addAll(lines);
            assertThat(Pusher.kept(log)).isEqualTo(expected);
        }
    }

    private static String curl(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("curl", "-sS", "-m", "30", "-w", " %{http_code}"));
        command.addAll(List.of(arguments));
        return run(command.toArray(String[]::new));
    }

    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(40, TimeUnit.SECONDS)).isTrue();
        return output;
    }
}
