package org.fascicle.benchmarks;

import jakarta.json.Json;
import jakarta.json.JsonObjectBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a case found. Immutable.
 *
 * @param name of the case
 * @param method what was done, in lines for people
 * @param figures in order
 * @param failure why the numbers are not to be trusted; empty if all went well
 */
record Report(String name, List<String> method, List<Figure> figures, String failure) {
    private static final int CELL = 9;

    /** Something that was found. */
    sealed interface Figure {
        /** What it is, for people; empty for what only JSON tells. */
        String meaning();

        /** Adds it to an object. */
        default void json(JsonObjectBuilder b) {}

        /** What stands to the right of the meaning. */
        String cells();
    }

    /** One number. */
    record Count(String key, long value, String meaning) implements Figure {
        @Override
        public void json(JsonObjectBuilder b) {
            b.add(key, value);
        }

        @Override
        public String cells() {
            return cell(String.format(Locale.ROOT, "%,d", value));
        }
    }

    /** Many times in milliseconds: what half of them do not exceed, {@code <key>_p50_ms}, and 99 of 100, {@code <key>_p99_ms}. */
    record Quantiles(String key, Times times, String meaning) implements Figure {
        @Override
        public void json(JsonObjectBuilder b) {
            b.add(key + "_p50_ms", times.millis(50)).add(key + "_p99_ms", times.millis(99));
        }

        @Override
        public String cells() {
            return cell(String.format(Locale.ROOT, "%,.3f", times.millis(50)))
                    + cell(String.format(Locale.ROOT, "%,.3f", times.millis(99)));
        }
    }

    /** What stands above the quantiles that follow. */
    record Heading(String meaning) implements Figure {
        @Override
        public String cells() {
            return cell("p50") + cell("p99");
        }
    }

    Report {
        method = List.copyOf(method);
        figures = List.copyOf(figures);
    }

    private static String cell(String text) {
        return "  " + " ".repeat(Math.max(0, CELL - text.length())) + text;
    }

    /** One JSON object. */
    String json(Machine machine) {
        JsonObjectBuilder b = Json.createObjectBuilder().add("case", name);
        figures.forEach(f -> f.json(b));
        machine.json(b);
        return b.build().toString();
    }

    /** Lines for people: what was done, the numbers with what they mean, the machine. */
    List<String> lines(Machine machine) {
        List<String> lines = new ArrayList<>(method);
        lines.add("");
        List<Figure> shown =
                figures.stream().filter(f -> !f.meaning().isEmpty()).toList();
        int width = shown.stream().mapToInt(f -> f.meaning().length()).max().orElse(1);
        for (Figure f : shown) {
            if (f instanceof Heading) lines.add("");
            lines.add(("%-" + width + "s").formatted(f.meaning()) + f.cells());
        }
        lines.add("");
        lines.add(machine.line());
        return lines;
    }
}
