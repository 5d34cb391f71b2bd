package org.fascicle.compute.ejml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.fascicle.tensor.LinearAlgebra;
import org.fascicle.tensor.ShapeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EjmlLinearAlgebraTest {
    private final LinearAlgebra algebra = new EjmlLinearAlgebra();
    private final Random random = new Random(5);

    private double[] normal(int n) {
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

    @ParameterizedTest
    @CsvSource({"1, 1", "5, 5", "9, 4", "70, 20", "120, 120"})
    void orthonormalColumnsSpanTheMatrixWithAPositiveDiagonal(int m, int n) {
        double[] a = normal(m * n), copy = a.clone(), q = algebra.orthonormal(a, m, n);
        assertThat(a).isEqualTo(copy);
        assertThat(q).hasSize(m * n);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                assertThat(dot(q, n, i, q, n, j, m)).isCloseTo(i == j ? 1 : 0, within(1e-12));
                double r = dot(q, n, i, a, n, j, m);
                if (i == j) assertThat(r).isPositive();
                if (i > j) assertThat(r).isCloseTo(0, within(1e-11));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 60})
    void eigenvectorsSolveTheEquationAndValuesDescend(int n) {
        double[] b = normal(n * n), a = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) a[i * n + j] = dot(b, n, i, b, n, j, n);
        }
        LinearAlgebra.Eigen e = algebra.symmetricEigen(a, n);
        for (int k = 0; k < n; k++) {
            if (k > 0) assertThat(e.values()[k]).isLessThanOrEqualTo(e.values()[k - 1]);
            double size = 0;
            for (int i = 0; i < n; i++) {
                double s = 0;
                for (int j = 0; j < n; j++) s += a[i * n + j] * e.vectors()[k * n + j];
                assertThat(s).isCloseTo(e.values()[k] * e.vectors()[k * n + i], within(1e-9 * n));
                size += e.vectors()[k * n + i] * e.vectors()[k * n + i];
            }
            assertThat(size).isCloseTo(1, within(1e-12));
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "4, 2", "50, 3"})
    void solutionsSolveTheEquation(int n, int k) {
        double[] a = normal(n * n), b = normal(n * k), x = algebra.solve(a, b, n, k);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < k; j++) {
                double s = 0;
                for (int q = 0; q < n; q++) s += a[i * n + q] * x[q * k + j];
                assertThat(s).isCloseTo(b[i * k + j], within(1e-9));
            }
        }
    }

    @Test
    void whatCannotBeSolvedIsAnError() {
        assertThatThrownBy(() -> algebra.solve(new double[] {1, 2, 2, 4}, new double[] {1, 1}, 2, 1))
                .isInstanceOf(ArithmeticException.class)
                .hasMessageContaining("singular");
        assertThatThrownBy(() -> algebra.orthonormal(new double[6], 2, 3))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("[2, 3]");
        assertThatThrownBy(() -> algebra.symmetricEigen(new double[3], 2))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("needs 4");
    }
}
