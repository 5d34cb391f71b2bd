package org.fascicle.registry;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.fascicle.plugin.FascicleException;
import org.fascicle.plugin.Kind;
import org.fascicle.plugin.Range;

/** The wording of messages: values, failures, enumerations, and the names that somebody may have meant. */
final class Words {
    private static final int LONGEST = 60;

    private Words() {}

    /** A value as the user may have written it, short enough for a message. */
    static String show(Object value) {
        String s = text(value);
        return s.length() <= LONGEST ? s : s.substring(0, LONGEST) + "…";
    }

    private static String text(Object value) {
        if (value == null) return "nothing";
        if (value instanceof CharSequence) return '"' + value.toString() + '"';
        if (value instanceof Map) return "an object";
        if (value instanceof Collection<?> c)
            return c.stream().limit(LONGEST).map(Words::text).toList().toString();
        if (value instanceof Object[] a) return text(Arrays.asList(a));
        if (value instanceof int[] a) return Arrays.toString(a);
        if (value instanceof double[] a) return Arrays.toString(a);
        return value.toString();
    }

    /** {@code a number from 0 to 1}, {@code a whole number >= 1}. */
    static String within(String noun, Range range) {
        if (range.equals(Range.ANY)) return noun;
        String r = range.toString();
        return noun + (r.startsWith(">") || r.startsWith("<") ? " " : " from ") + r;
    }

    /** {@code an activation}. */
    static String a(Kind kind) {
        return ("aeiou".indexOf(kind.word().charAt(0)) >= 0 ? "an " : "a ") + kind.word();
    }

    /** {@code a, b or c}. */
    static String or(List<String> words) {
        return join(words, " or ");
    }

    /** {@code a, b and c}. */
    static String and(List<String> words) {
        return join(words, " and ");
    }

    private static String join(List<String> words, String lastly) {
        int n = words.size();
        return n < 2 ? String.join("", words) : String.join(", ", words.subList(0, n - 1)) + lastly + words.get(n - 1);
    }

    /** The first line of a failure: the class and what it says; what Fascicle throws speaks for itself. */
    static String reason(Throwable t) {
        String message;
        try {
            message = t.getMessage();
        } catch (Throwable hostile) {
            message = null;
        }
        if (t instanceof FascicleException && message != null) return message;
        String name = Types.name(t.getClass());
        return message == null || message.isBlank()
                ? name
                : name + ": " + message.lines().findFirst().orElse("").strip();
    }

    /** {@code "; did you mean mish?"}, or nothing if no name is near. */
    static String didYouMean(String name, Collection<String> known) {
        List<String> near = near(name, known);
        return near.isEmpty() ? "" : "; did you mean " + or(near) + "?";
    }

    /** At most three of the names, the nearest first: a slip in every three letters, or a name that is part of the other. */
    static List<String> near(String name, Collection<String> known) {
        int limit = Math.max(1, name.length() / 3);
        return known.stream()
                .filter(k -> distance(name, k) <= limit || isPart(name, k) || isPart(k, name))
                .sorted(Comparator.comparingInt((String k) -> distance(name, k)).thenComparing(k -> k))
                .limit(3)
                .toList();
    }

    private static boolean isPart(String part, String whole) {
        return part.length() >= 4 && whole.contains(part);
    }

    /** Damerau-Levenshtein distance, in which exchanging two neighbours counts 1 (optimal string alignment). */
    static int distance(String a, String b) {
        int[][] d = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    d[i][j] = i + j;
                    continue;
                }
                int cost = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                d[i][j] = Math.min(Math.min(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + cost);
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
            }
        }
        return d[a.length()][b.length()];
    }
}
