package org.fascicle.compute.ejml;

/**
 * The kernels of all products: every element is one chain of fma over k ascending, so its bits do not depend on how rows,
 * columns and k are cut. The loops are written as C2 vectorises them: every row is an array of its own with the one index j
 * (an offset would make it suspect that rows overlap), at most four rows of b in one body (more exceed its unroll limit), and
 * the factors of the two chains in opposite order (alike, it pairs an fma of one with an fma of the other, and gives up).
 */
final class Chains {
    private Chains() {}

    /**
     * c[i][j] += a(i, k) * b[k][j] for all i below rows, k below depth, j below width; a(i, k) is
     * {@code a[at + i * rowStep + k * step]}, b[k] is {@code b[from + k]}.
     */
    static void add(
            float[][] c,
            int first,
            int rows,
            float[][] b,
            int from,
            int depth,
            float[] a,
            int at,
            int rowStep,
            int step,
            int width) {
        int k = 0;
        for (; k + 4 <= depth; k += 4) {
            float[] b0 = b[from + k];
            float[] b1 = b[from + k + 1];
            float[] b2 = b[from + k + 2];
            float[] b3 = b[from + k + 3];
            int p = at + k * step, i = 0;
            for (; i + 2 <= rows; i += 2, p += 2 * rowStep) {
                two(c[first + i], c[first + i + 1], b0, b1, b2, b3, a, p, p + rowStep, step, width);
            }
            if (i < rows) one(c[first + i], b0, b1, b2, b3, a, p, step, width);
        }
        for (; k < depth; k++) {
            for (int i = 0; i < rows; i++) step(c[first + i], b[from + k], a[at + i * rowStep + k * step], width);
        }
    }

    private static void two(
            float[] c0,
            float[] c1,
            float[] b0,
            float[] b1,
            float[] b2,
            float[] b3,
            float[] a,
            int p,
            int q,
            int s,
            int n) {
        float p0 = a[p];
        float p1 = a[p + s];
        float p2 = a[p + 2 * s];
        float p3 = a[p + 3 * s];
        float q0 = a[q];
        float q1 = a[q + s];
        float q2 = a[q + 2 * s];
        float q3 = a[q + 3 * s];
        for (int j = 0; j < n; j++) {
            float x0 = b0[j];
            float x1 = b1[j];
            float x2 = b2[j];
            float x3 = b3[j];
            c0[j] = Math.fma(p3, x3, Math.fma(p2, x2, Math.fma(p1, x1, Math.fma(p0, x0, c0[j]))));
            c1[j] = Math.fma(x3, q3, Math.fma(x2, q2, Math.fma(x1, q1, Math.fma(x0, q0, c1[j]))));
        }
    }

    private static void one(float[] c, float[] b0, float[] b1, float[] b2, float[] b3, float[] a, int p, int s, int n) {
        float p0 = a[p];
        float p1 = a[p + s];
        float p2 = a[p + 2 * s];
        float p3 = a[p + 3 * s];
        for (int j = 0; j < n; j++) {
            c[j] = Math.fma(p3, b3[j], Math.fma(p2, b2[j], Math.fma(p1, b1[j], Math.fma(p0, b0[j], c[j]))));
        }
    }

    private static void step(float[] c, float[] b, float p, int n) {
        for (int j = 0; j < n; j++) c[j] = Math.fma(p, b[j], c[j]);
    }

    /** c[j] += b[j] * d[j] + e[j] * f[j], in this order; lanes are chains of their own, to be summed by the caller. */
    static void lanes(float[] c, float[] b, float[] d, float[] e, float[] f, int n) {
        for (int j = 0; j < n; j++) c[j] = Math.fma(e[j], f[j], Math.fma(b[j], d[j], c[j]));
    }

    /** c[j] += b[j] * d[j]. */
    static void lanes(float[] c, float[] b, float[] d, int n) {
        for (int j = 0; j < n; j++) c[j] = Math.fma(b[j], d[j], c[j]);
    }

    /** c[j] += x[j]. */
    static void sum(float[] c, float[] x, int n) {
        for (int j = 0; j < n; j++) c[j] += x[j];
    }
}
