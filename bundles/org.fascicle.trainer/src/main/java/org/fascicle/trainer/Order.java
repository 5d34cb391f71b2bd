package org.fascicle.trainer;

import org.fascicle.tensor.Draws;
import org.fascicle.tensor.Philox;

/** The order in which the samples of a table come. A function of seed and epoch alone. Confined to one thread. */
final class Order {
    /** Draws made at a time, two a sample. */
    private static final int CHUNK = 2048;

    private final int[] rows;
    private final float[] draws = new float[CHUNK];

    /** The rows 0 to n - 1, in order. */
    Order(int n) {
        rows = new int[n];
        sort();
    }

    /** The rows, valid until the next call of {@link #shuffle}. */
    int[] rows() {
        return rows;
    }

    private void sort() {
        for (int i = 0; i < rows.length; i++) rows[i] = i;
    }

    /** Fisher-Yates (Durstenfeld 1964) with 48 random bits a place: the bias is below 2^-17 even for 2^31 samples. */
    void shuffle(long seed, int epoch) {
        sort();
        Draws philox = Philox.of(seed, "shuffle", 0, 0, epoch);
        long drawn = 0;
        int at = CHUNK;
        for (int i = rows.length - 1; i > 0; i--, at += 2) {
            if (at == CHUNK) {
                philox.uniform(draws, drawn, CHUNK);
                drawn += CHUNK;
                at = 0;
            }
            int j = index(draws[at], draws[at + 1], i + 1);
            int row = rows[i];
            rows[i] = rows[j];
            rows[j] = row;
        }
    }

    /** A number from 0 to below {@code bound}, from two draws in [0, 1) that are multiples of 2^-24. */
    static int index(float high, float low, int bound) {
        long bits = (long) (high * 0x1p24f) << 24 | (long) (low * 0x1p24f);
        return (int) Math.multiplyHigh(bits << 15, (long) bound << 1); // bits * bound / 2^48
    }
}
