package org.fascicle.shell;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds what was meant. Stateless. */
final class Names {
    private Names() {}

    /** A hint to put into a message; empty if nothing is near. */
    static String nearest(String name, Collection<String> known) {
        Optional<String> best = known.stream()
                .min(Comparator.comparingInt((String k) -> distance(name, k)).thenComparing(k -> k));
        return best.filter(b -> distance(name, b) <= Math.max(1, name.length() / 3))
                .map(b -> "; did you mean " + b + "?")
                .orElse("");
    }

    /** Insertions, deletions, replacements and transpositions of neighbours, each 1. */
    static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                boolean same = a.charAt(i - 1) == b.charAt(j - 1);
                int best = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + (same ? 0 : 1));
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                d[i][j] = swapped ? Math.min(best, d[i - 2][j - 2] + 1) : best;
            }
        }
        return d[a.length()][b.length()];
    }
}
