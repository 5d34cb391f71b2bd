package org.fascicle.losses;

import org.fascicle.nn.Pass;
import org.fascicle.tensor.Channels;
import org.fascicle.tensor.Elementary;
import org.fascicle.tensor.Kernel;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Sink;
import org.fascicle.tensor.Tensor;

/**
 * A prediction seen as rows of classes: as it is if the classes are the last axis, else transposed. Immutable.
 *
 * @param outer the elements before the class axis
 * @param classes the length of the class axis
 * @param inner the elements behind it
 */
record ClassRows(int outer, int classes, int inner) {
    private static final int TILE = 32;
    private static final int ELEMENTS = 1 << 12;
    private static final int CHUNK = 1 << 15;
    private static final int CHUNKS = 32;

    static ClassRows of(Shape x, int axis) {
        if (x.axis(axis) == 0) {
            throw new ShapeException(
                    "axis = " + axis + " of prediction " + x + " is the batch, expected an axis of classes; "
                            + (x.rank() < 2
                                    ? "give the node before at least two units"
                                    : "set axis from 1 to " + (x.rank() - 1)));
        }
        Channels g = x.channels(axis);
        return new ClassRows(g.outer(), g.channels(), g.inner());
    }

    /** The shape without the axis. */
    static Shape without(Shape x, int axis) {
        int a = x.axis(axis);
        int[] dims = new int[x.rank() - 1];
        for (int i = 0; i < dims.length; i++) dims[i] = x.dim(i < a ? i : i + 1);
        return Shape.of(dims);
    }

    int count() {
        return outer * inner;
    }

    private boolean last() {
        return inner == 1;
    }

    Shape shape() {
        return Shape.of(count(), classes);
    }

    /** The tensor as rows: itself or a transposed copy in scratch memory. */
    Tensor of(Pass p, Tensor x) {
        if (last()) return x;
        Tensor rows = p.scratch(shape());
        for (int o = 0; o < outer; o++) {
            transpose(rows.data(), x.data(), o * classes * inner, classes, inner);
        }
        return rows;
    }

    /** Where to write the gradient's rows, all of them; then call {@link #put}. */
    Tensor gradient(Pass p, Sink dx) {
        return last() && dx.beta() == 0 ? dx.tensor() : p.scratch(shape());
    }

    void put(Pass p, Sink dx, Tensor rows) {
        if (last()) {
            if (dx.beta() != 0) dx.put(rows);
            return;
        }
        boolean direct = dx.beta() == 0;
        Tensor back = direct ? dx.tensor() : p.scratch(dx.tensor().shape());
        for (int o = 0; o < outer; o++) {
            transpose(back.data(), rows.data(), o * classes * inner, inner, classes);
        }
        if (!direct) dx.put(back);
    }

    /** y [cols, rows] = x [rows, cols], both from the same offset, in tiles that stay in the cache. */
    private static void transpose(float[] y, float[] x, int at, int rows, int cols) {
        for (int r0 = 0; r0 < rows; r0 += TILE) {
            int r1 = Math.min(rows, r0 + TILE);
            for (int c0 = 0; c0 < cols; c0 += TILE) {
                int c1 = Math.min(cols, c0 + TILE);
                for (int c = c0; c < c1; c++) {
                    for (int r = r0; r < r1; r++) y[at + c * rows + r] = x[at + r * cols + c];
                }
            }
        }
    }

    /**
     * s = softmax(x), with max[row] the greatest of a row and log[row] = log sum exp(x - max), so that -log softmax is
     * log - (x - max): exact for small losses too.
     */
    void softmax(Pass p, Tensor s, Tensor x, float[] max, float[] log) {
        Kernel exp = p.kernel(Elementary.EXP);
        int rows = count(), chunks = Math.max(1, Math.min(Math.min(rows, CHUNKS), rows * classes / CHUNK));
        if (chunks == 1) {
            softmax(exp, s, x, max, log, 0, rows);
        } else {
            // Chunks depend on the size alone, so that bits never depend on the number of threads.
            p.ops()
                    .parallel(
                            chunks,
                            i -> softmax(exp, s, x, max, log, (int) ((long) rows * i / chunks), (int)
                                    ((long) rows * (i + 1) / chunks)));
        }
    }

    private void softmax(Kernel exp, Tensor s, Tensor x, float[] max, float[] log, int from, int to) {
        int group = Math.max(1, ELEMENTS / Math.max(1, classes));
        float[] a = x.data(), e = s.data();
        for (int first = from; first < to; first += group) {
            int last = Math.min(to, first + group);
            for (int r = first; r < last; r++) {
                int at = r * classes;
                float m = Float.NEGATIVE_INFINITY;
                for (int c = at; c < at + classes; c++) m = Math.max(m, a[c]);
                for (int c = at; c < at + classes; c++) e[c] = a[c] - m;
                max[r] = m;
            }
            var window = s.window(first * classes, last - first, classes, classes);
            exp.apply(window, window);
            for (int r = first; r < last; r++) {
                int at = r * classes;
                double sum = 0;
                for (int c = at; c < at + classes; c++) sum += e[c];
                float scale = (float) (1 / sum);
                for (int c = at; c < at + classes; c++) e[c] = Flush.tiny(e[c] * scale);
                log[r] = (float) Math.log(sum);
            }
        }
    }
}
