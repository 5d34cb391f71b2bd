package org.fascicle.shell;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Numbers for people. Stateless. */
final class Numbers {
    private Numbers() {}

    /** Four digits that matter: {@code 0.1234}, {@code 12.34}, {@code 3.2e-06}. */
    static String text(double x) {
        if (!Double.isFinite(x)) return Double.toString(x);
        double a = Math.abs(x);
        if (x == Math.rint(x) && a < 1e6) return Long.toString((long) x);
        if (a >= 1e5 || a < 1e-3) return String.format(Locale.ROOT, "%.3g", x);
        return String.format(Locale.ROOT, a < 10 ? "%.4f" : a < 100 ? "%.3f" : "%.2f", x);
    }

    /** {@code loss 0.1234  accuracy 0.9512}. */
    static String text(Map<String, Double> values) {
        return values.entrySet().stream()
                .map(e -> e.getKey() + " " + fixed(e.getValue()))
                .collect(Collectors.joining("  "));
    }

    /** As {@link #text(double)}, but as wide for 1 and 0 as for what lies between, so that lines stay in columns. */
    private static String fixed(double x) {
        return x == 0 || x == 1 ? String.format(Locale.ROOT, "%.4f", x) : text(x);
    }

    static String count(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    /** {@code 1.2 s}, {@code 3:05}, {@code 1:02:03}. */
    static String duration(double seconds) {
        if (seconds < 60) return String.format(Locale.ROOT, "%.1f s", Math.max(0, seconds));
        long s = Math.round(seconds);
        return s < 3600
                ? String.format(Locale.ROOT, "%d:%02d", s / 60, s % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);
    }

    static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.2f MB", bytes / 1e6);
    }

    /** Only what JSON has numbers for. */
    static Map<String, Double> finite(Map<String, Double> values) {
        Map<String, Double> r = new LinkedHashMap<>();
        values.forEach((k, v) -> {
            if (v != null && Double.isFinite(v)) r.put(k, v);
        });
        return r;
    }
}
