package org.fascicle.tck;

import java.util.stream.Stream;
import org.fascicle.tck.reference.NaiveAlgebra;
import org.fascicle.tensor.LinearAlgebra;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The contract finds what is wrong with decompositions, and says what it is. */
class WrongAlgebrasTest {
    /** By the textbook: right, unless a method is overridden by a wrong one. */
    interface Textbook extends LinearAlgebra {
        LinearAlgebra BOOK = new NaiveAlgebra();

        @Override
        default double[] orthonormal(double[] a, int m, int n) {
            return BOOK.orthonormal(a, m, n);
        }

        @Override
        default Eigen symmetricEigen(double[] a, int n) {
            return BOOK.symmetricEigen(a, n);
        }

        @Override
        default double[] solve(double[] a, double[] b, int n, int k) {
            return BOOK.solve(a, b, n, k);
        }
    }

    record WrongSign() implements Textbook {
        @Override
        public double[] orthonormal(double[] a, int m, int n) {
            double[] q = BOOK.orthonormal(a, m, n);
            for (int i = 0; i < m; i++) q[i * n] *= -1;
            return q;
        }
    }

    record NotQuiteOne() implements Textbook {
        @Override
        public double[] orthonormal(double[] a, int m, int n) {
            double[] q = BOOK.orthonormal(a, m, n);
            for (int i = 0; i < q.length; i++) q[i] = (float) q[i];
            return q;
        }
    }

    record WrongShape() implements Textbook {
        @Override
        public double[] orthonormal(double[] a, int m, int n) {
            return m == n ? BOOK.orthonormal(a, m, n) : new double[m * m];
        }
    }

    record Ascending() implements Textbook {
        @Override
        public Eigen symmetricEigen(double[] a, int n) {
            Eigen e = BOOK.symmetricEigen(a, n);
            double[] values = new double[n], vectors = new double[n * n];
            for (int i = 0; i < n; i++) {
                values[n - 1 - i] = e.values()[i];
                System.arraycopy(e.vectors(), i * n, vectors, (n - 1 - i) * n, n);
            }
            return new Eigen(values, vectors);
        }
    }

    /** Right for the symmetric inverse only. */
    record VectorsAsColumns() implements Textbook {
        @Override
        public Eigen symmetricEigen(double[] a, int n) {
            Eigen e = BOOK.symmetricEigen(a, n);
            double[] t = new double[n * n];
            for (int i = 0; i < n * n; i++) t[i % n * n + i / n] = e.vectors()[i];
            return new Eigen(e.values(), t);
        }
    }

    record SolvesTheTransposed() implements Textbook {
        @Override
        public double[] solve(double[] a, double[] b, int n, int k) {
            double[] t = a.clone();
            for (int i = 0; i < n * n; i++) t[i % n * n + i / n] = a[i];
            return BOOK.solve(t, b, n, k);
        }
    }

    /** Cramer's rule, and no look at the determinant. */
    record DividesByZero() implements Textbook {
        @Override
        public double[] solve(double[] a, double[] b, int n, int k) {
            if (n != 2) return BOOK.solve(a, b, n, k);
            double d = a[0] * a[3] - a[1] * a[2];
            double[] x = new double[2 * k];
            for (int j = 0; j < k; j++) {
                x[j] = (b[j] * a[3] - a[1] * b[k + j]) / d;
                x[k + j] = (a[0] * b[k + j] - b[j] * a[2]) / d;
            }
            return x;
        }
    }

    record WritesItsArgument() implements Textbook {
        @Override
        public double[] solve(double[] a, double[] b, int n, int k) {
            double[] x = BOOK.solve(a, b, n, k);
            System.arraycopy(x, 0, b, 0, x.length);
            return x;
        }
    }

    /** Begins with what it found the last time. */
    static final class WarmStart implements Textbook {
        private double last;

        @Override
        public Eigen symmetricEigen(double[] a, int n) {
            Eigen e = BOOK.symmetricEigen(a, n);
            e.values()[0] += last * 1e-16;
            e.vectors()[0] += last * 1e-14;
            last = e.values()[0];
            return e;
        }
    }

    static final class SharedScratch implements Textbook {
        private final double[] scratch = new double[1000];

        @Override
        public double[] solve(double[] a, double[] b, int n, int k) {
            System.arraycopy(b, 0, scratch, 0, n * k);
            Thread.yield();
            return BOOK.solve(a, scratch, n, k);
        }
    }

    record Unrepeatable() implements Textbook {
        @Override
        public double[] solve(double[] a, double[] b, int n, int k) {
            double[] x = BOOK.solve(a, b, n, k);
            x[0] += 1e-13 * Math.random();
            return x;
        }
    }

    private static AlgebraCheck check(LinearAlgebra a) {
        return new AlgebraCheck(a);
    }

    static Stream<Wrong> wrong() {
        return Stream.of(
                Wrong.of(
                        "wrong sign",
                        check(new WrongSign())::orthonormalColumnsSpanTheMatrix,
                        "orthonormal of [1, 1]: R at [0, 0] is -",
                        "expected more than 0"),
                Wrong.of(
                        "in float",
                        check(new NotQuiteOne())::orthonormalColumnsSpanTheMatrix,
                        "have product",
                        "expected 1"),
                Wrong.of(
                        "wrong shape",
                        check(new WrongShape())::orthonormalColumnsSpanTheMatrix,
                        "orthonormal of [9, 4]: expected 36 numbers, got 81"),
                Wrong.of(
                        "ascending values",
                        check(new Ascending())::eigenvectorsSolveTheEquation,
                        "expected them to descend"),
                Wrong.of(
                        "vectors as columns",
                        check(new VectorsAsColumns())::eigenvectorsSolveTheEquation,
                        "symmetricEigen of [7, 7]: A v of row 0 at 0"),
                Wrong.of(
                        "the transposed matrix",
                        check(new SolvesTheTransposed())::solutionsSolveTheEquation,
                        "solve of [2, 2]: A x at 0 is"),
                Wrong.of(
                        "no look at the determinant",
                        check(new DividesByZero())::refusesWhatCannotBeDone,
                        "solve of a singular matrix: expected an ArithmeticException, nothing was thrown"),
                Wrong.of(
                        "mutated input",
                        check(new WritesItsArgument())::leavesArgumentsUntouched,
                        "solve writes to b: it belongs to the caller"),
                Wrong.of(
                        "hidden state",
                        check(new WarmStart())::repeats,
                        "the same matrices gave other bits when asked again"),
                Wrong.of(
                        "hidden state in a field",
                        check(new WarmStart())::keepsNothingInFields,
                        "field WarmStart.last is not final"),
                Wrong.of(
                        "thread-unsafe",
                        check(new SharedScratch())::servesManyThreads,
                        "several threads at once disturb each other: matrices of"),
                Wrong.of("non-deterministic", check(new Unrepeatable())::repeats, "draw nothing"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void isFoundAndSaid(Wrong w) throws Exception {
        w.isFoundAndSaid();
    }
}
