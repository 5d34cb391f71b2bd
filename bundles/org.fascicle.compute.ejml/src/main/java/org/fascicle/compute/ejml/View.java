package org.fascicle.compute.ejml;

import org.fascicle.tensor.Matrix;

/** Element (i, k) of a factor is {@code data[at + i * rowStep + k * step]}. Immutable; the numbers are the tensor's. */
final class View {
    private final float[] data;
    private final int at;
    private final int rowStep;
    private final int step;

    private View(float[] data, int at, int rowStep, int step) {
        this.data = data;
        this.at = at;
        this.rowStep = rowStep;
        this.step = step;
    }

    /** As a product reads the matrix: i is the row of the product's factor. */
    static View of(Matrix m) {
        return new View(
                m.tensor().data(), m.offset(), m.transposed() ? 1 : m.stride(), m.transposed() ? m.stride() : 1);
    }

    float[] data() {
        return data;
    }

    int rowStep() {
        return rowStep;
    }

    int step() {
        return step;
    }

    View t() {
        return new View(data, at, step, rowStep);
    }

    int index(int i, int k) {
        return at + i * rowStep + k * step;
    }

    /** Copies elements (i, k) to (i, k + n) of this view to row[0] to row[n] for i below count, each i a row of its own from {@code first}. */
    void rows(float[][] to, int first, int i, int count, int k, int n) {
        if (step == 1) {
            for (int r = 0; r < count; r++) System.arraycopy(data, index(i + r, k), to[first + r], 0, n);
            return;
        }
        // Eight columns at a time: reads run along k of the stored rows, writes fill a piece of a line of every row.
        int j = 0;
        for (; j + 8 <= n; j += 8) {
            int o = index(i, k + j);
            for (int r = 0; r < count; r++, o += rowStep) {
                float[] t = to[first + r];
                t[j] = data[o];
                t[j + 1] = data[o + step];
                t[j + 2] = data[o + 2 * step];
                t[j + 3] = data[o + 3 * step];
                t[j + 4] = data[o + 4 * step];
                t[j + 5] = data[o + 5 * step];
                t[j + 6] = data[o + 6 * step];
                t[j + 7] = data[o + 7 * step];
            }
        }
        for (; j < n; j++) {
            int o = index(i, k + j);
            for (int r = 0; r < count; r++, o += rowStep) to[first + r][j] = data[o];
        }
    }
}
