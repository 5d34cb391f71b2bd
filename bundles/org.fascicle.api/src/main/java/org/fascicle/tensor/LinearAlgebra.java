package org.fascicle.tensor;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Decompositions in double on small row-major matrices, for initializers and preprocessing. An array may be longer than its matrix;
 * {@link ShapeException} if it is shorter, {@link ArithmeticException} if a number is not finite. Thread-safe; arguments are not
 * modified.
 */
@ConsumerType
public interface LinearAlgebra {
    /**
     * The thin factor Q {@code [m, n]} of a = Q R for m &gt;= n, with the diagonal of R made positive, so that it is unique;
     * {@link ArithmeticException} if the columns of a are dependent, for then it is not.
     */
    double[] orthonormal(double[] a, int m, int n);

    /** Eigenvalues descending and eigenvectors as rows {@code [n, n]} of a symmetric matrix. */
    Eigen symmetricEigen(double[] a, int n);

    /** x of a x = b for square a {@code [n, n]} and b {@code [n, k]}; {@link ArithmeticException} if a is singular. */
    double[] solve(double[] a, double[] b, int n, int k);

    /** What {@link #symmetricEigen} gives. */
    record Eigen(double[] values, double[] vectors) {}
}
