package org.fascicle.activations;

import java.util.Arrays;
import org.fascicle.tensor.Channels;
import org.fascicle.tensor.Matrix;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Tensor;

/**
 * A tensor cut into windows in which one axis is whole. If that is the last axis, a window is some rows of it and is folded
 * along its columns; else it is [axis, some of the elements behind it] and is folded along its rows, so that the inner
 * loop runs over neighbours in either form. A window has at most {@link #LINES} lines: rows in the first form, columns in
 * the second. Immutable.
 *
 * @param lines the lines of a window
 */
record Windows(int outer, int length, int inner, int lines) {
    static final int LINES = 256;
    private static final int ELEMENTS = 1 << 12;

    static Windows of(Shape x, int axis) {
        if (x.axis(axis) == 0) {
            throw new ShapeException(
                    "axis = " + axis + " of input " + x + " is the batch, expected an axis of the sample; "
                            + (x.rank() < 2 ? "add a reshape before it" : "set axis from 1 to " + (x.rank() - 1)));
        }
        Channels g = x.channels(axis);
        int most = g.inner() == 1 ? g.outer() : g.inner();
        int lines = Math.max(16, Math.min(LINES, ELEMENTS / Math.max(1, g.channels())));
        return new Windows(g.outer(), g.channels(), g.inner(), Math.max(1, Math.min(most, lines)));
    }

    private boolean last() {
        return inner == 1;
    }

    int count() {
        return last() ? (outer + lines - 1) / lines : outer * perOuter();
    }

    private int perOuter() {
        return (inner + lines - 1) / lines;
    }

    /** The elements of the greatest window. */
    int elements() {
        return lines * length;
    }

    Chunks chunks() {
        return Chunks.of(count(), outer * length * inner);
    }

    Matrix of(Tensor t, int i) {
        if (last()) return t.window(i * lines * length, Math.min(lines, outer - i * lines), length, length);
        int per = perOuter(), o = i / per, from = i % per * lines;
        return t.window(o * length * inner + from, length, Math.min(lines, inner - from), inner);
    }

    /** A dense window on a tensor of its own, of the form of this one. */
    static Matrix like(Matrix m, Tensor t) {
        return t.window(0, m.rows(), m.cols(), m.cols());
    }

    /** max[line] = the greatest of the line. */
    void max(Matrix x, float[] max) {
        float[] d = x.tensor().data();
        for (int r = 0; r < x.rows(); r++) {
            int at = x.row(r);
            if (last()) {
                float m = Float.NEGATIVE_INFINITY;
                for (int c = 0; c < x.cols(); c++) m = Math.max(m, d[at + c]);
                max[r] = m;
            } else if (r == 0) {
                System.arraycopy(d, at, max, 0, x.cols());
            } else {
                for (int c = 0; c < x.cols(); c++) max[c] = Math.max(max[c], d[at + c]);
            }
        }
    }

    /** y = x - v[line]; y may be x. */
    void minus(Matrix y, Matrix x, float[] v) {
        float[] a = y.tensor().data(), b = x.tensor().data();
        for (int r = 0; r < x.rows(); r++) {
            int to = y.row(r), from = x.row(r);
            if (last()) {
                float f = v[r];
                for (int c = 0; c < x.cols(); c++) a[to + c] = b[from + c] - f;
            } else {
                for (int c = 0; c < x.cols(); c++) a[to + c] = b[from + c] - v[c];
            }
        }
    }

    /** y = y * v[line]. */
    void times(Matrix y, float[] v) {
        float[] a = y.tensor().data();
        for (int r = 0; r < y.rows(); r++) {
            int at = y.row(r);
            if (last()) {
                float f = v[r];
                for (int c = 0; c < y.cols(); c++) a[at + c] *= f;
            } else {
                for (int c = 0; c < y.cols(); c++) a[at + c] *= v[c];
            }
        }
    }

    /** sum[line] = the sum of the line. */
    void sum(Matrix x, double[] sum) {
        float[] d = x.tensor().data();
        for (int r = 0; r < x.rows(); r++) {
            int at = x.row(r);
            if (last()) {
                double s = 0;
                for (int c = 0; c < x.cols(); c++) s += d[at + c];
                sum[r] = s;
            } else {
                for (int c = 0; c < x.cols(); c++) sum[c] = (r == 0 ? 0 : sum[c]) + d[at + c];
            }
        }
    }

    /** sum[line] = the sum over the line of x z. */
    void dot(Matrix x, Matrix z, double[] sum) {
        float[] a = x.tensor().data(), b = z.tensor().data();
        for (int r = 0; r < x.rows(); r++) {
            int i = x.row(r), j = z.row(r);
            if (last()) {
                double s = 0;
                for (int c = 0; c < x.cols(); c++) s += (double) a[i + c] * b[j + c];
                sum[r] = s;
            } else {
                for (int c = 0; c < x.cols(); c++) sum[c] = (r == 0 ? 0 : sum[c]) + (double) a[i + c] * b[j + c];
            }
        }
    }

    /** dx = (add ? dx : 0) + y (dy - v[line]). */
    void softmaxGradient(Matrix dx, boolean add, Matrix y, Matrix dy, float[] v) {
        float[] d = dx.tensor().data(), a = y.tensor().data(), b = dy.tensor().data();
        for (int r = 0, n = dx.cols(); r < dx.rows(); r++) {
            int to = dx.row(r), i = y.row(r), j = dy.row(r);
            if (!add) Arrays.fill(d, to, to + n, 0);
            if (last()) {
                float f = v[r];
                for (int c = 0; c < n; c++) d[to + c] += flushed(a[i + c] * (b[j + c] - f));
            } else {
                for (int c = 0; c < n; c++) d[to + c] += flushed(a[i + c] * (b[j + c] - v[c]));
            }
        }
    }

    /** dx = (add ? dx : 0) + dy - e v[line]. */
    void logSoftmaxGradient(Matrix dx, boolean add, Matrix e, Matrix dy, float[] v) {
        float[] d = dx.tensor().data(), a = e.tensor().data(), b = dy.tensor().data();
        for (int r = 0, n = dx.cols(); r < dx.rows(); r++) {
            int to = dx.row(r), i = e.row(r), j = dy.row(r);
            if (!add) Arrays.fill(d, to, to + n, 0);
            if (last()) {
                float f = v[r];
                for (int c = 0; c < n; c++) d[to + c] += flushed(b[j + c] - a[i + c] * f);
            } else {
                for (int c = 0; c < n; c++) d[to + c] += flushed(b[j + c] - a[i + c] * v[c]);
            }
        }
    }

    /** Rounds what is below about 1e-30 to zero without a branch: denormal gradients make what follows many times slower. */
    private static float flushed(float g) {
        return g + 1e-23f - 1e-23f;
    }
}
