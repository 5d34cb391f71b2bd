package org.fascicle.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The built distribution in processes of its own. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DistributionTest {
    @TempDir
    Path directory;

    private record Outcome(int code, String out, String err) {}

    private Outcome fascicle(String... args) throws IOException, InterruptedException {
        Path home = Path.of(System.getProperty("fascicle.distribution"));
        List<String> command =
                new ArrayList<>(List.of("sh", home.resolve("fascicle").toString()));
        command.addAll(List.of(args));
        Path out = directory.resolve("out"), err = directory.resolve("err");
        Process p = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            return new Outcome(p.waitFor(), Files.readString(out), Files.readString(err));
        } finally {
            p.destroyForcibly();
        }
    }

    @Test
    void hotSwapsAreMeasuredAndFailNoPrediction() throws IOException, InterruptedException {
        Outcome o = fascicle("bench", "hot-swap", "--json", "--swaps", "5");
        assertThat(o.err()).isEmpty();
        assertThat(o.code()).isZero();
        assertThat(o.out()).hasLineCount(1).contains("\"swaps\":5,", "\"failed_predictions\":0,");
        for (String key : List.of(
                "first_use_p50_ms",
                "first_use_p99_ms",
                "pause_p50_ms",
                "pause_p99_ms",
                "baseline_p99_ms",
                "wait_first_use_p99_ms",
                "wait_pause_p99_ms",
                "wait_baseline_p99_ms")) assertThat(o.out()).containsPattern("\"" + key + "\":(0\\.\\d*[1-9]|[1-9])");
    }

    @Test
    void benchIsListedAndExplained() throws IOException, InterruptedException {
        assertThat(fascicle("--help").out()).contains("  bench ");
        assertThat(fascicle("bench").out()).contains("Usage: fascicle bench", "hot-swap");
        Outcome o = fascicle("bench", "cold-swap");
        assertThat(o.code()).isEqualTo(2);
        assertThat(o.err()).startsWith("fascicle: there is no case cold-swap").hasLineCount(1);
    }
}
