package org.fascicle.tck;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.fascicle.tensor.LinearAlgebra;
import org.fascicle.tensor.LinearAlgebra.Eigen;
import org.fascicle.tensor.ShapeException;

/** The promises of decompositions, each a method that tells what it found; empty is good. Confined to one thread. */
public final class AlgebraCheck {
    private static final double EXACT = 1e-10;
    private static final int[][] TALL = {{1, 1}, {5, 5}, {9, 4}, {70, 20}, {120, 120}};
    private static final int[] SQUARE = {1, 2, 7, 60};

    private final LinearAlgebra algebra;

    public AlgebraCheck(LinearAlgebra algebra) {
        this.algebra = algebra;
    }

    private static double[] normal(int n) {
        Random random = new Random(n);
        double[] a = new double[n];
        for (int i = 0; i < n; i++) a[i] = random.nextGaussian();
        return a;
    }

    /** Element (i, j) of xᵀ y for x [m, n] and y [m, k]. */
    private static double dot(double[] x, int n, int i, double[] y, int k, int j, int m) {
        double s = 0;
        for (int r = 0; r < m; r++) s += x[r * n + i] * y[r * k + j];
        return s;
    }

    private static double[] symmetric(int n) {
        double[] b = normal(n * n), a = new double[n * n];
        for (int i = 0; i < n; i++) for (int j = 0; j < n; j++) a[i * n + j] = b[i * n + j] + b[j * n + i];
        return a;
    }

    private static double[] identity(int n) {
        double[] a = new double[n * n];
        for (int i = 0; i < n; i++) a[i * n + i] = 1;
        return a;
    }

    /** Qᵀ Q is the identity, Qᵀ A is upper triangular with a positive diagonal, and Q of that is A. */
    public List<String> orthonormalColumnsSpanTheMatrix() {
        for (int[] s : TALL) {
            int m = s[0], n = s[1];
            String what = "orthonormal of [" + m + ", " + n + "]: ";
            double[] a = normal(m * n), q = algebra.orthonormal(a.clone(), m, n);
            if (q.length != m * n) return List.of(what + "expected " + m * n + " numbers, got " + q.length);
            Optional<String> d = unit(q, m, n);
            if (d.isPresent()) return List.of(what + d.get());
            for (int i = 0; i < n; i++) {
                double r = dot(q, n, i, a, n, i, m);
                if (!(r > 0)) return List.of(what + "R at [" + i + ", " + i + "] is " + r + ": expected more than 0");
                for (int j = 0; j < i; j++) {
                    double below = dot(q, n, i, a, n, j, m);
                    if (!(Math.abs(below) <= EXACT * n))
                        return List.of(
                                what + "R at [" + i + ", " + j + "] is " + below + ": expected 0, below the diagonal");
                }
            }
        }
        return List.of();
    }

    /** Columns of length 1, at right angles. */
    private static Optional<String> unit(double[] q, int m, int n) {
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double d = dot(q, n, i, q, n, j, m);
                if (!(Math.abs(d - (i == j ? 1 : 0)) <= EXACT))
                    return Optional.of(
                            "columns " + j + " and " + i + " have product " + d + ": expected " + (i == j ? 1 : 0));
            }
        }
        return Optional.empty();
    }

    /** A v = λ v for each pair, vectors of length 1 at right angles, values descending; also where values are equal. */
    public List<String> eigenvectorsSolveTheEquation() {
        for (int n : SQUARE) {
            for (double[] a : List.of(symmetric(n), identity(n), new double[n * n])) {
                String what = "symmetricEigen of " + (a[0] == 0 ? "zeros " : a[0] == 1 ? "the identity " : "") + "[" + n
                        + ", " + n + "]: ";
                Eigen e = algebra.symmetricEigen(a.clone(), n);
                if (e.values().length != n || e.vectors().length != n * n)
                    return List.of(what + "expected " + n + " values and " + n * n + " numbers of vectors, got "
                            + e.values().length + " and " + e.vectors().length);
                Optional<String> d = eigen(a, e, n).or(() -> unit(transposed(e.vectors(), n), n, n));
                if (d.isPresent()) return List.of(what + d.get());
            }
        }
        return List.of();
    }

    private static Optional<String> eigen(double[] a, Eigen e, int n) {
        for (int k = 0; k < n; k++) {
            double value = e.values()[k];
            if (k > 0 && !(value <= e.values()[k - 1]))
                return Optional.of(
                        "value " + k + " is " + value + " after " + e.values()[k - 1] + ": expected them to descend");
            for (int i = 0; i < n; i++) {
                double s = 0;
                for (int j = 0; j < n; j++) s += a[i * n + j] * e.vectors()[k * n + j];
                double want = value * e.vectors()[k * n + i];
                if (!(Math.abs(s - want) <= EXACT * n))
                    return Optional.of(
                            "A v of row " + k + " at " + i + ": expected " + want + " (value " + value + "), got " + s);
            }
        }
        return Optional.empty();
    }

    private static double[] transposed(double[] a, int n) {
        double[] t = new double[n * n];
        for (int i = 0; i < n; i++) for (int j = 0; j < n; j++) t[j * n + i] = a[i * n + j];
        return t;
    }

    /** A x = b, also where rows must be exchanged. */
    public List<String> solutionsSolveTheEquation() {
        for (int n : SQUARE) {
            double[] exchanged = new double[n * n];
            for (int i = 0; i < n; i++) exchanged[i * n + n - 1 - i] = i + 1;
            for (double[] a : List.of(normal(n * n), exchanged)) {
                for (int k : new int[] {1, 3}) {
                    double[] b = normal(n * k + 1), x = algebra.solve(a.clone(), b.clone(), n, k);
                    if (x.length != n * k)
                        return List.of("solve of [" + n + ", " + n + "] with " + k + " sides: expected " + n * k
                                + " numbers, got " + x.length);
                    for (int i = 0; i < n * k; i++) {
                        double s = 0;
                        for (int j = 0; j < n; j++) s += a[i / k * n + j] * x[j * k + i % k];
                        if (!(Math.abs(s - b[i]) <= 1e-8))
                            return List.of(
                                    "solve of [" + n + ", " + n + "]: A x at " + i + " is " + s + ": expected " + b[i]);
                    }
                }
            }
        }
        return List.of();
    }

    /** What cannot be done is an error that says so: nothing becomes NaN in silence. */
    public List<String> refusesWhatCannotBeDone() {
        List<String> found = new ArrayList<>();
        double nan = Double.NaN;
        refused(
                "solve of a singular matrix",
                ArithmeticException.class,
                found,
                () -> algebra.solve(new double[] {1, 2, 2, 4}, new double[] {1, 1}, 2, 1));
        refused(
                "solve of zeros",
                ArithmeticException.class,
                found,
                () -> algebra.solve(new double[9], new double[] {1, 1, 1}, 3, 1));
        refused(
                "solve of NaN",
                ArithmeticException.class,
                found,
                () -> algebra.solve(new double[] {1, nan, 2, 5}, new double[] {1, 1}, 2, 1));
        refused(
                "orthonormal of dependent columns",
                ArithmeticException.class,
                found,
                () -> algebra.orthonormal(new double[] {1, 2, 2, 4, 3, 6}, 3, 2));
        refused(
                "orthonormal of NaN",
                ArithmeticException.class,
                found,
                () -> algebra.orthonormal(new double[] {1, 2, nan, 4, 3, 7}, 3, 2));
        refused(
                "symmetricEigen of NaN",
                ArithmeticException.class,
                found,
                () -> algebra.symmetricEigen(new double[] {1, nan, nan, 4}, 2));
        refused("orthonormal of [2, 3]", ShapeException.class, found, () -> algebra.orthonormal(normal(6), 2, 3));
        refused(
                "orthonormal of [3, 2] in 5 numbers",
                ShapeException.class,
                found,
                () -> algebra.orthonormal(normal(5), 3, 2));
        refused(
                "symmetricEigen of [2, 2] in 3 numbers",
                ShapeException.class,
                found,
                () -> algebra.symmetricEigen(new double[3], 2));
        refused(
                "solve of [2, 2] in 3 numbers",
                ShapeException.class,
                found,
                () -> algebra.solve(normal(3), normal(2), 2, 1));
        refused(
                "solve with sides [2, 2] in 3 numbers",
                ShapeException.class,
                found,
                () -> algebra.solve(normal(4), normal(3), 2, 2));
        return found;
    }

    private static void refused(
            String what, Class<? extends RuntimeException> expected, List<String> found, Runnable call) {
        String want =
                what + ": expected " + (expected == ShapeException.class ? "a " : "an ") + expected.getSimpleName();
        try {
            call.run();
            found.add(want + ", nothing was thrown");
        } catch (RuntimeException e) {
            if (!expected.isInstance(e)) found.add(want + ", got " + e);
            else if (e.getMessage() == null || e.getMessage().isBlank())
                found.add(what + ": the " + expected.getSimpleName() + " has no message");
        }
    }

    /** Arguments are not written, and what lies behind a matrix in its array is not read. */
    public List<String> leavesArgumentsUntouched() {
        List<String> found = new ArrayList<>();
        int n = 6;
        double[] a = longer(symmetric(n)), b = longer(normal(n * 2)), keptA = a.clone(), keptB = b.clone();
        double[][] got = {
            algebra.orthonormal(a, n, n), algebra.symmetricEigen(a, n).vectors(), algebra.solve(a, b, n, 2)
        };
        if (!Arrays.equals(keptA, a)) found.add("writes to a: it belongs to the caller");
        if (!Arrays.equals(keptB, b)) found.add("solve writes to b: it belongs to the caller");
        if (found.isEmpty() && !Arrays.deepEquals(all(symmetric(n), normal(n * 2), n), got))
            found.add(
                    "gives something else when the array is longer than the matrix; use rows · columns numbers of it");
        return found;
    }

    private static double[] longer(double[] a) {
        double[] b = Arrays.copyOf(a, a.length + 4);
        Arrays.fill(b, a.length, b.length, Double.NaN);
        return b;
    }

    private double[][] all(double[] a, double[] b, int n) {
        return new double[][] {
            algebra.orthonormal(a, n, n), algebra.symmetricEigen(a, n).vectors(), algebra.solve(a, b, n, 2)
        };
    }

    /** The same arguments give the same bits, whatever was asked before. */
    public List<String> repeats() {
        double[][] first = some(20);
        some(7);
        return Arrays.deepEquals(first, some(20))
                ? List.of()
                : List.of("the same matrices gave other bits when asked again; keep nothing, draw nothing");
    }

    private double[][] some(int n) {
        return all(symmetric(n), normal(n * 2), n);
    }

    public List<String> keepsNothingInFields() {
        return Fields.kept(algebra, () -> some(6));
    }

    /** Several threads at once get the bits that each gets alone. */
    public List<String> servesManyThreads() throws InterruptedException {
        double[][][] expected = new double[Together.THREADS][][];
        for (int i = 0; i < expected.length; i++) expected[i] = some(9 + i);
        return Together.run(i -> Arrays.deepEquals(expected[i], some(9 + i))
                        ? Optional.empty()
                        : Optional.of("matrices of " + (9 + i) + " rows gave other bits"))
                .map(d -> "several threads at once disturb each other: " + d + "; take working memory in each call")
                .stream()
                .toList();
    }
}
