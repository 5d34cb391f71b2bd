package org.fascicle.tck.reference;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.fascicle.tensor.LinearAlgebra;
import org.fascicle.tensor.ShapeException;

/** Decompositions by the textbook: Gram-Schmidt done twice, Jacobi's rotations, Gauss with row exchange. Thread-safe. */
public final class NaiveAlgebra implements LinearAlgebra {
    @Override
    public double[] orthonormal(double[] a, int m, int n) {
        if (m < n)
            throw new ShapeException("orthonormal: needs at least as many rows as columns, got [" + m + ", " + n + "]");
        double[] q = copy("orthonormal", a, m * n);
        for (int j = 0; j < n; j++) {
            for (int twice = 0; twice < 2; twice++) {
                for (int k = 0; k < j; k++) {
                    double dot = 0;
                    for (int i = 0; i < m; i++) dot += q[i * n + j] * q[i * n + k];
                    for (int i = 0; i < m; i++) q[i * n + j] -= dot * q[i * n + k];
                }
            }
            double norm = 0, before = 0;
            for (int i = 0; i < m; i++) before += a[i * n + j] * a[i * n + j];
            for (int i = 0; i < m; i++) norm += q[i * n + j] * q[i * n + j];
            norm = Math.sqrt(norm);
            if (!(norm > m * 0x1p-51 * Math.sqrt(before)))
                throw new ArithmeticException("orthonormal: column " + j + " depends on those before it");
            for (int i = 0; i < m; i++) q[i * n + j] /= norm;
        }
        return q;
    }

    @Override
    public Eigen symmetricEigen(double[] a, int n) {
        double[] d = copy("symmetricEigen", a, n * n), v = new double[n * n];
        for (int i = 0; i < n; i++) v[i * n + i] = 1;
        for (int sweep = 0; sweep < 100; sweep++) {
            double off = 0;
            for (int p = 0; p < n; p++) {
                for (int q = p + 1; q < n; q++) {
                    off = Math.max(off, Math.abs(d[p * n + q]));
                    rotate(d, v, n, p, q);
                }
            }
            if (off < 1e-300) break;
        }
        int[] order = IntStream.range(0, n)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -d[i * n + i]))
                .mapToInt(Integer::intValue)
                .toArray();
        double[] values = new double[n], vectors = new double[n * n];
        for (int i = 0; i < n; i++) {
            values[i] = d[order[i] * n + order[i]];
            System.arraycopy(v, order[i] * n, vectors, i * n, n);
        }
        return new Eigen(values, vectors);
    }

    /** Makes d[p][q] zero; the rows of v are the vectors. */
    private static void rotate(double[] d, double[] v, int n, int p, int q) {
        double apq = d[p * n + q];
        if (apq == 0) return;
        double theta = (d[q * n + q] - d[p * n + p]) / (2 * apq);
        double t = Math.copySign(1, theta) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        double c = 1 / Math.sqrt(t * t + 1), s = t * c;
        for (int k = 0; k < n; k++) {
            double x = d[k * n + p], y = d[k * n + q];
            d[k * n + p] = c * x - s * y;
            d[k * n + q] = s * x + c * y;
        }
        for (int k = 0; k < n; k++) {
            double x = d[p * n + k], y = d[q * n + k];
            d[p * n + k] = c * x - s * y;
            d[q * n + k] = s * x + c * y;
            double a = v[p * n + k], b = v[q * n + k];
            v[p * n + k] = c * a - s * b;
            v[q * n + k] = s * a + c * b;
        }
        d[p * n + q] = 0;
        d[q * n + p] = 0;
    }

    @Override
    public double[] solve(double[] a, double[] b, int n, int k) {
        double[] m = copy("solve", a, n * n), x = copy("solve", b, n * k);
        for (int c = 0; c < n; c++) {
            int pivot = c;
            for (int r = c + 1; r < n; r++) if (Math.abs(m[r * n + c]) > Math.abs(m[pivot * n + c])) pivot = r;
            if (m[pivot * n + c] == 0) throw new ArithmeticException("solve: the matrix is singular");
            exchange(m, n, c, pivot);
            exchange(x, k, c, pivot);
            for (int r = 0; r < n; r++) {
                if (r == c) continue;
                double f = m[r * n + c] / m[c * n + c];
                for (int j = c; j < n; j++) m[r * n + j] -= f * m[c * n + j];
                for (int j = 0; j < k; j++) x[r * k + j] -= f * x[c * k + j];
            }
        }
        for (int r = 0; r < n; r++) for (int j = 0; j < k; j++) x[r * k + j] /= m[r * n + r];
        return x;
    }

    private static double[] copy(String what, double[] a, int size) {
        if (a.length < size) throw new ShapeException(what + ": needs " + size + " numbers, got " + a.length);
        double[] copy = Arrays.copyOf(a, size);
        for (double x : copy)
            if (!Double.isFinite(x)) throw new ArithmeticException(what + ": every number must be finite, got " + x);
        return copy;
    }

    private static void exchange(double[] a, int cols, int i, int j) {
        for (int c = 0; c < cols; c++) {
            double t = a[i * cols + c];
            a[i * cols + c] = a[j * cols + c];
            a[j * cols + c] = t;
        }
    }
}
