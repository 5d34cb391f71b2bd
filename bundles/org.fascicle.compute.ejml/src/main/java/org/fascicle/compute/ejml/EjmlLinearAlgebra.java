package org.fascicle.compute.ejml;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.decomposition.lu.LUDecompositionAlt_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.dense.row.linsol.lu.LinearSolverLu_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;
import org.ejml.interfaces.decomposition.QRDecomposition;
import org.fascicle.plugin.FascicleAlgebra;
import org.fascicle.tensor.LinearAlgebra;
import org.fascicle.tensor.ShapeException;
import org.osgi.service.component.annotations.Component;

/** Decompositions by EJML, in double. Thread-safe: every call works on copies and decompositions of its own. */
@Component(service = LinearAlgebra.class)
@FascicleAlgebra("ejml")
public final class EjmlLinearAlgebra implements LinearAlgebra {
    /** The thin factor Q {@code [m, n]} of a = Q R by Householder reflections, each column's sign such that R's diagonal is positive. */
    @Override
    public double[] orthonormal(double[] a, int m, int n) {
        if (m < n)
            throw new ShapeException(
                    "orthonormal: needs at least as many rows as columns, got [" + m + ", " + n + "]; transpose it");
        DMatrixRMaj x = matrix("orthonormal", "a", a, m, n);
        QRDecomposition<DMatrixRMaj> qr = DecompositionFactory_DDRM.qr(m, n);
        boolean done = qr.decompose(x);
        DMatrixRMaj q = qr.getQ(null, true), r = qr.getR(null, true);
        if (!done || !independent(r, m, n))
            throw new ArithmeticException("orthonormal: the columns of [" + m + ", " + n
                    + "] are dependent, or so nearly that rounding hides it");
        for (int j = 0; j < n; j++) {
            if (r.get(j, j) < 0) {
                for (int i = 0; i < m; i++) q.set(i, j, -q.get(i, j));
            }
        }
        return Arrays.copyOf(q.data, m * n);
    }

    /** True if no column keeps less than rounding of its length when those before it are taken out. */
    private static boolean independent(DMatrixRMaj r, int m, int n) {
        for (int j = 0; j < n; j++) {
            double length = 0;
            for (int i = 0; i <= j; i++) length = Math.hypot(length, r.get(i, j));
            if (Math.abs(r.get(j, j)) <= m * 0x1p-51 * length) return false;
        }
        return true;
    }

    @Override
    public Eigen symmetricEigen(double[] a, int n) {
        DMatrixRMaj x = matrix("symmetricEigen", "a", a, n, n);
        EigenDecomposition_F64<DMatrixRMaj> e = DecompositionFactory_DDRM.eig(n, true, true);
        if (!e.decompose(x)) throw new ArithmeticException("symmetricEigen: no convergence on [" + n + ", " + n + "]");
        int[] order = IntStream.range(0, n)
                .boxed()
                .sorted(Comparator.comparingDouble(
                                (Integer i) -> e.getEigenvalue(i).getReal())
                        .reversed())
                .mapToInt(Integer::intValue)
                .toArray();
        double[] values = new double[n], vectors = new double[n * n];
        for (int i = 0; i < n; i++) {
            values[i] = e.getEigenvalue(order[i]).getReal();
            System.arraycopy(e.getEigenVector(order[i]).data, 0, vectors, i * n, n);
        }
        return new Eigen(values, vectors);
    }

    @Override
    public double[] solve(double[] a, double[] b, int n, int k) {
        DMatrixRMaj x = matrix("solve", "a", a, n, n), y = matrix("solve", "b", b, n, k), z = new DMatrixRMaj(n, k);
        LUDecompositionAlt_DDRM lu = new LUDecompositionAlt_DDRM();
        LinearSolverLu_DDRM s = new LinearSolverLu_DDRM(lu);
        if (!s.setA(x) || !regular(lu.getUpper(null), n)) {
            throw new ArithmeticException(
                    "solve: the matrix [" + n + ", " + n + "] is singular, or so nearly that rounding hides it");
        }
        s.solve(y, z);
        return z.data;
    }

    /** True if no pivot is lost in the rounding of the largest. */
    private static boolean regular(DMatrixRMaj upper, int n) {
        double least = Double.MAX_VALUE, most = 0;
        for (int i = 0; i < n; i++) {
            double pivot = Math.abs(upper.get(i, i));
            least = Math.min(least, pivot);
            most = Math.max(most, pivot);
        }
        return n == 0 || least > n * 0x1p-52 * most;
    }

    private static DMatrixRMaj matrix(String what, String name, double[] a, int rows, int cols) {
        if (a.length < rows * cols) {
            throw new ShapeException(what + ": " + name + " needs " + rows * cols + " numbers for [" + rows + ", "
                    + cols + "], got " + a.length);
        }
        for (int i = 0; i < rows * cols; i++) {
            if (!Double.isFinite(a[i]))
                throw new ArithmeticException(what + ": " + name + " at [" + i / cols + ", " + i % cols + "] is " + a[i]
                        + "; every number must be finite");
        }
        return new DMatrixRMaj(rows, cols, true, Arrays.copyOf(a, rows * cols));
    }
}
