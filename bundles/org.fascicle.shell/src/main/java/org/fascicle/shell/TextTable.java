package org.fascicle.shell;

import java.util.ArrayList;
import java.util.List;

/** Rows in columns, two spaces between them; columns named with a leading {@code >} are set to the right. Confined to one command. */
final class TextTable {
    private final List<String[]> rows = new ArrayList<>();
    private final boolean[] right;

    TextTable(String... titles) {
        right = new boolean[titles.length];
        String[] first = new String[titles.length];
        for (int i = 0; i < titles.length; i++) {
            right[i] = titles[i].startsWith(">");
            first[i] = right[i] ? titles[i].substring(1) : titles[i];
        }
        rows.add(first);
    }

    void row(String... cells) {
        rows.add(cells);
    }

    List<String> lines() {
        int[] widths = new int[right.length];
        for (String[] r : rows) {
            for (int i = 0; i < widths.length; i++) widths[i] = Math.max(widths[i], r[i].length());
        }
        List<String> lines = new ArrayList<>();
        for (String[] r : rows) {
            StringBuilder b = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String gap = " ".repeat(widths[i] - r[i].length());
                b.append(i == 0 ? "" : "  ").append(right[i] ? gap + r[i] : r[i] + gap);
            }
            lines.add(b.toString().stripTrailing());
        }
        return lines;
    }
}
