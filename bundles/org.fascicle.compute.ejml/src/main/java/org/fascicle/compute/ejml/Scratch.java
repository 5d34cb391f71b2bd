package org.fascicle.compute.ejml;

import java.util.Arrays;

/** Rows that grow to the largest size asked for and stay. Used by one operation at a time; content undefined. */
final class Scratch {
    private final Rows b = new Rows();
    private final Rows c = new Rows();
    private float[] line = {};

    /** Rows of the factor whose lanes are next to each other. */
    float[][] b(int rows, int width) {
        return b.atLeast(rows, width);
    }

    /** Rows of the result. */
    float[][] c(int rows, int width) {
        return c.atLeast(rows, width);
    }

    /** One more line. */
    float[] line(int width) {
        if (line.length < width) line = new float[width];
        return line;
    }

    private static final class Rows {
        private float[][] rows = {};
        /** Known: so many rows are at least that wide. */
        private int count;

        private int width;

        float[][] atLeast(int n, int w) {
            if (n > count || w > width) {
                if (n > rows.length) rows = Arrays.copyOf(rows, n);
                for (int i = 0; i < n; i++) {
                    if (rows[i] == null || rows[i].length < w) rows[i] = new float[w];
                }
                count = n;
                width = w;
            }
            return rows;
        }
    }
}
