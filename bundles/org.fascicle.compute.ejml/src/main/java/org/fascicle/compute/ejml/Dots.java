package org.fascicle.compute.ejml;

import org.fascicle.tensor.Epilogue;
import org.fascicle.tensor.Matrix;

/** A small product without lanes: four by four chains at once in registers, on factors as they lie. */
final class Dots {
    private final View a;
    private final View b;
    private final Matrix out;
    private final float beta;
    private final Epilogue epilogue;
    private final int depth;

    /** out (i, j) = epilogue(beta * out + the sum over k of a(i, k) b(j, k)). */
    Dots(View a, View b, Matrix out, int depth, float beta, Epilogue epilogue) {
        this.a = a;
        this.b = b;
        this.out = out;
        this.depth = depth;
        this.beta = beta;
        this.epilogue = epilogue;
    }

    void run(int row, int count) {
        int n = out.cols(), i = row, end = row + count;
        for (; i + 4 <= end; i += 4) {
            int j = 0;
            for (; j + 4 <= n; j += 4) four(i, j);
            for (; j < n; j++) column(i, j);
        }
        for (; i < end; i++) {
            int j = 0;
            for (; j + 8 <= n; j += 8) eight(i, j);
            for (; j < n; j++) one(i, j);
        }
        if (epilogue.kernel().isPresent()) {
            Matrix part = out.rows(row, count);
            epilogue.kernel().get().apply(part, part);
        }
    }

    private void put(int i, int j, float s) {
        float[] y = out.tensor().data();
        int o = out.row(i) + j;
        float v = beta == 0 ? s : Math.fma(beta, y[o], s);
        y[o] = epilogue.bias().isPresent() ? v + epilogue.bias().get().data()[j] : v;
    }

    private void one(int i, int j) {
        float[] x = a.data(), w = b.data();
        int p = a.index(i, 0), q = b.index(j, 0), ps = a.step(), qs = b.step();
        float s = 0;
        for (int k = 0; k < depth; k++, p += ps, q += qs) s = Math.fma(x[p], w[q], s);
        put(i, j, s);
    }

    /** Rows i to i + 3 of one column. */
    private void column(int i, int j) {
        float[] x = a.data(), w = b.data();
        int p = a.index(i, 0), q = b.index(j, 0), ps = a.step(), qs = b.step(), r = a.rowStep();
        float s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        for (int k = 0; k < depth; k++, p += ps, q += qs) {
            float v = w[q];
            s0 = Math.fma(x[p], v, s0);
            s1 = Math.fma(x[p + r], v, s1);
            s2 = Math.fma(x[p + 2 * r], v, s2);
            s3 = Math.fma(x[p + 3 * r], v, s3);
        }
        put(i, j, s0);
        put(i + 1, j, s1);
        put(i + 2, j, s2);
        put(i + 3, j, s3);
    }

    /** Columns j to j + 7 of one row. */
    private void eight(int i, int j) {
        float[] x = a.data(), w = b.data();
        int p = a.index(i, 0), q = b.index(j, 0), ps = a.step(), qs = b.step(), r = b.rowStep();
        float s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
        for (int k = 0; k < depth; k++, p += ps, q += qs) {
            float v = x[p];
            s0 = Math.fma(v, w[q], s0);
            s1 = Math.fma(v, w[q + r], s1);
            s2 = Math.fma(v, w[q + 2 * r], s2);
            s3 = Math.fma(v, w[q + 3 * r], s3);
            s4 = Math.fma(v, w[q + 4 * r], s4);
            s5 = Math.fma(v, w[q + 5 * r], s5);
            s6 = Math.fma(v, w[q + 6 * r], s6);
            s7 = Math.fma(v, w[q + 7 * r], s7);
        }
        put(i, j, s0);
        put(i, j + 1, s1);
        put(i, j + 2, s2);
        put(i, j + 3, s3);
        put(i, j + 4, s4);
        put(i, j + 5, s5);
        put(i, j + 6, s6);
        put(i, j + 7, s7);
    }

    /** Rows i to i + 3, columns j to j + 3. */
    private void four(int i, int j) {
        float[] x = a.data(), w = b.data();
        int p = a.index(i, 0), q = b.index(j, 0), ps = a.step(), qs = b.step(), r = a.rowStep(), t = b.rowStep();
        float s00 = 0, s01 = 0, s02 = 0, s03 = 0, s10 = 0, s11 = 0, s12 = 0, s13 = 0;
        float s20 = 0, s21 = 0, s22 = 0, s23 = 0, s30 = 0, s31 = 0, s32 = 0, s33 = 0;
        for (int k = 0; k < depth; k++, p += ps, q += qs) {
            float v0 = w[q], v1 = w[q + t], v2 = w[q + 2 * t], v3 = w[q + 3 * t];
            float u = x[p];
            s00 = Math.fma(u, v0, s00);
            s01 = Math.fma(u, v1, s01);
            s02 = Math.fma(u, v2, s02);
            s03 = Math.fma(u, v3, s03);
            u = x[p + r];
            s10 = Math.fma(u, v0, s10);
            s11 = Math.fma(u, v1, s11);
            s12 = Math.fma(u, v2, s12);
            s13 = Math.fma(u, v3, s13);
            u = x[p + 2 * r];
            s20 = Math.fma(u, v0, s20);
            s21 = Math.fma(u, v1, s21);
            s22 = Math.fma(u, v2, s22);
            s23 = Math.fma(u, v3, s23);
            u = x[p + 3 * r];
            s30 = Math.fma(u, v0, s30);
            s31 = Math.fma(u, v1, s31);
            s32 = Math.fma(u, v2, s32);
            s33 = Math.fma(u, v3, s33);
        }
        put(i, j, s00);
        put(i, j + 1, s01);
        put(i, j + 2, s02);
        put(i, j + 3, s03);
        put(i + 1, j, s10);
        put(i + 1, j + 1, s11);
        put(i + 1, j + 2, s12);
        put(i + 1, j + 3, s13);
        put(i + 2, j, s20);
        put(i + 2, j + 1, s21);
        put(i + 2, j + 2, s22);
        put(i + 2, j + 3, s23);
        put(i + 3, j, s30);
        put(i + 3, j + 1, s31);
        put(i + 3, j + 2, s32);
        put(i + 3, j + 3, s33);
    }
}
