package org.fascicle.experiments;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Finds what somebody probably meant: the words of least edit distance (Levenshtein 1966). */
final class Nearest {
    private Nearest() {}

    /** At most {@code count} words, the nearest first; none that differs in more than half of its letters. */
    static List<String> of(String word, Collection<String> known, int count) {
        return known.stream()
                .filter(k -> distance(word, k) <= Math.max(word.length(), k.length()) / 2)
                .sorted(Comparator.<String>comparingInt(k -> distance(word, k))
                        .thenComparing(Comparator.naturalOrder()))
                .limit(count)
                .toList();
    }

    /** {@code ; did you mean epochs? known are batch_size, epochs}: the end of a message. */
    static String hint(String word, Collection<String> known) {
        List<String> n = of(word, known, 3);
        return (n.isEmpty() ? ";" : "; did you mean " + String.join(" or ", n) + "?") + " known are "
                + String.join(", ", known.stream().sorted().toList());
    }

    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) row[j] = j;
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
