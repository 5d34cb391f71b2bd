package org.fascicle.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.fascicle.runtime.dto.RuntimeDTO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RootTest {
    private static final Machine MACHINE = new Machine("17", "Linux amd64", 2, 1.25, "ejml");
    private static final Report REPORT = new Report(
            "case",
            List.of("What is done."),
            List.of(
                    new Report.Count("swaps", 1234, "updates"),
                    new Report.Count("threads", 2, ""),
                    new Report.Heading("milliseconds"),
                    new Report.Quantiles("pause", new Times(List.of(1_000_000L, 2_500_000L)), "  pause")),
            "");

    private String out = "";
    private String err = "";

    private int run(String... args) {
        ByteArrayOutputStream o = new ByteArrayOutputStream(), e = new ByteArrayOutputStream();
        Services s = new Services(null, null, RuntimeDTO::new);
        int code = Root.run(
                s,
                new PrintStream(o, false, StandardCharsets.UTF_8),
                new PrintStream(e, false, StandardCharsets.UTF_8),
                100,
                args);
        out = o.toString(StandardCharsets.UTF_8);
        err = e.toString(StandardCharsets.UTF_8);
        return code;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            bench cold-swap               | there is no case cold-swap; there are
            bench hot-swap --swap 3       | there is no option --swap; see fascicle bench hot-swap --help
            bench hot-swap now            | nothing is expected at now
            bench hot-swap --swaps 0      | --swaps must be a whole number from 1, got 0
            bench hot-swap --swaps many   | Invalid value for option '--swaps': 'many' is not an int
            --threads 0 bench hot-swap    | --threads must be a whole number from 1, got 0
            """)
    void whatIsCalledWronglyIsToldInOneLine(String call, String message) {
        assertThat(run(call.split(" "))).isEqualTo(2);
        assertThat(err).startsWith("fascicle: " + message).hasLineCount(1);
        assertThat(out).isEmpty();
    }

    @Test
    void withoutACaseAllAreListed() {
        assertThat(run("bench")).isZero();
        assertThat(out).contains("Usage: fascicle bench", "hot-swap", "Update a plug-in");
        assertThat(run("bench", "hot-swap", "--help")).isZero();
        assertThat(out).contains("--swaps", "--json", "--threads");
    }

    @Test
    void jsonHasAKeyForEachNumber() {
        JsonObject o = Json.createReader(new StringReader(REPORT.json(MACHINE))).readObject();
        assertThat(o.keySet())
                .containsExactly(
                        "case",
                        "swaps",
                        "threads",
                        "pause_p50_ms",
                        "pause_p99_ms",
                        "java",
                        "system",
                        "processors",
                        "backend",
                        "load");
        assertThat(o.getInt("swaps")).isEqualTo(1234);
        assertThat(o.getJsonNumber("pause_p50_ms").doubleValue()).isEqualTo(1.0);
        assertThat(o.getJsonNumber("pause_p99_ms").doubleValue()).isEqualTo(2.5);
    }

    @Test
    void peopleSeeMeaningsAndTheMachine() {
        assertThat(REPORT.lines(MACHINE))
                .containsExactly(
                        "What is done.",
                        "",
                        "updates           1,234",
                        "",
                        "milliseconds        p50        p99",
                        "  pause           1.000      2.500",
                        "",
                        "java 17, Linux amd64, 2 processors, backend ejml, load average before 1.3");
    }
}
