package org.fascicle.shell;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.fascicle.train.RunEvent;

/** What one event of a run looks like on a line. Immutable; {@code columns} is the terminal's width. */
record Progress(int columns) {
    private static final int BAR = 24;
    /** What a bar needs to show anything. */
    private static final int SHORT = 4;

    /** {@code epoch 3/10 [======>     ] 45/90  loss 0.2345  12,345 samples/s  0:12 left}, cut to the terminal's width. */
    String bar(RunEvent e) {
        double part = e.batches() == 0 ? 0 : Math.min(1, (double) e.batch() / e.batches());
        String epoch = "epoch " + e.epoch() + "/" + e.epochs(), batch = e.batch() + "/" + e.batches();
        // The bar gives way on a narrow terminal: a line that wraps cannot be drawn over.
        int room = Math.min(BAR, columns - 1 - epoch.length() - 4 - batch.length());
        String head = room < SHORT ? epoch + " " + batch : epoch + " [" + bar(part, room) + "] " + batch;
        StringBuilder line = new StringBuilder(head.substring(0, Math.min(head.length(), Math.max(1, columns - 1))));
        append(line, Numbers.text(training(e.values())));
        if (rate(e) > 0) append(line, samples(e));
        double left = left(e);
        if (left >= 0) append(line, Numbers.duration(left) + " left");
        return line.toString();
    }

    private static String bar(double part, int width) {
        int full = (int) Math.round(part * width);
        return "=".repeat(full) + (full < width ? ">" : "") + " ".repeat(Math.max(0, width - full - 1));
    }

    private void append(StringBuilder line, String part) {
        // The last column stays free: some terminals wrap when it is written.
        if (!part.isEmpty() && line.length() + 2 + part.length() < columns)
            line.append("  ").append(part);
    }

    /** {@code epoch  3/10  loss 0.2345  accuracy 0.9312  12,345 samples/s  1.2 s}. */
    static String epoch(RunEvent e) {
        String total = Integer.toString(e.epochs());
        return String.format(
                Locale.ROOT,
                "epoch %" + total.length() + "d/%s  %s  %s  %s",
                e.epoch(),
                total,
                Numbers.text(e.values()),
                samples(e),
                Numbers.duration(e.seconds()));
    }

    static Map<String, Object> json(RunEvent e) {
        Map<String, Object> m = new LinkedHashMap<>();
        m.put("event", e.type().name().toLowerCase(Locale.ROOT));
        m.put("epoch", e.epoch());
        m.put("epochs", e.epochs());
        m.put("step", e.step());
        m.put("seconds", Math.round(e.seconds() * 1000) / 1000.0);
        m.put("samples_per_second", (double) Math.round(rate(e)));
        m.putAll(Numbers.finite(e.values()));
        if (!e.message().isEmpty()) m.put("message", e.message());
        return m;
    }

    /** Seconds to the end of the run at the speed so far; below 0 if not known yet. */
    static double left(RunEvent e) {
        if (e.batches() == 0 || e.epochs() == 0) return -1;
        double done = (e.epoch() - 1) * (double) e.batches() + e.batch(), all = (double) e.epochs() * e.batches();
        return done <= 0 ? -1 : e.seconds() / done * Math.max(0, all - done);
    }

    private static double rate(RunEvent e) {
        return e.seconds() <= 0 ? 0 : e.samples() / e.seconds();
    }

    private static String samples(RunEvent e) {
        return Numbers.count(Math.round(rate(e))) + " samples/s";
    }

    /** Validation is of the epoch before, while batches go by. */
    private static Map<String, Double> training(Map<String, Double> values) {
        Map<String, Double> r = new LinkedHashMap<>(values);
        r.keySet().removeIf(k -> k.startsWith("val_") || k.startsWith("test_"));
        return r;
    }
}
