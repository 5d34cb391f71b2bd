package org.fascicle.datasets;

import java.util.Arrays;
import org.fascicle.tensor.Philox;

/**
 * Which rows are for training and which for testing: all rows in one seeded random order, of which the first of each
 * class are for testing, as many as its share. The same on every JVM; a table in this order is not sorted by class.
 */
final class Split {
    private final int[] train;
    private final int[] test;

    private Split(int[] train, int[] test) {
        this.train = train;
        this.test = test;
    }

    /** The rows to train on, not copied. */
    int[] train() {
        return train;
    }

    /** The rows to test on, not copied. */
    int[] test() {
        return test;
    }

    /**
     * Splits rows class by class, so that round({@code share} · n) of n rows are for testing, each class is within one row of its
     * share, and one row of each class at least is left for training.
     */
    static Split of(int[] labels, int classes, double share, int seed) {
        int[] quota = quotas(labels, classes, share);
        int count = Arrays.stream(quota).sum();
        int[] test = new int[count];
        int[] train = new int[labels.length - count];
        int tests = 0;
        int trains = 0;
        for (int row : permutation(labels.length, seed)) {
            if (quota[labels[row]]-- > 0) test[tests++] = row;
            else train[trains++] = row;
        }
        return new Split(train, test);
    }

    /** Differences of the rounded cumulative shares: they add up to the rounded whole. */
    private static int[] quotas(int[] labels, int classes, double share) {
        int[] counts = new int[classes];
        for (int label : labels) counts[label]++;
        int[] quota = new int[classes];
        int before = 0;
        int seen = 0;
        for (int c = 0; c < classes; c++) {
            seen += counts[c];
            int until = (int) Math.round(share * seen);
            quota[c] = Math.max(0, Math.min(until - before, counts[c] - 1));
            before = until;
        }
        return quota;
    }

    /** Fisher and Yates. In double, where 24 random bits times a row number are exact and never reach the upper end. */
    private static int[] permutation(int n, int seed) {
        float[] u = new float[n];
        Philox.of(seed, "split", 0, 0, 0).uniform(u, 0, n);
        int[] rows = new int[n];
        for (int i = 0; i < n; i++) rows[i] = i;
        for (int i = n - 1; i > 0; i--) {
            int j = (int) ((double) u[i] * (i + 1));
            int row = rows[i];
            rows[i] = rows[j];
            rows[j] = row;
        }
        return rows;
    }
}
