package io.datastream.examples.guides;

import static org.assertj.core.api.Assertions.assertThat;

import io.datastream.examples.minutemeans.MinuteMeans;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The program of docs/quickstart.md. */
@Timeout(30)
class QuickstartTest {
    @Test
    void theProgramPrintsWhatTheGuideSays() throws Exception {
        PrintStream console = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            MinuteMeans.main(new String[0]);
        } finally {
            System.setOut(console);
        }
        String guide = Files.readString(Path.of("../docs/quickstart.md"));
        String[] told = guide.substring(guide.indexOf("```text\n") + 8)
                .split("```", 2)[0]
                .split("\n");
        assertThat(printed.toString(StandardCharsets.UTF_8).lines()).containsExactlyInAnyOrder(told);
    }
}
