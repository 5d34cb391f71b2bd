package org.fascicle.layers.initializers;

import org.fascicle.nn.Initializer;
import org.fascicle.nn.Param;
import org.fascicle.plugin.FascicleInitializer;
import org.fascicle.plugin.Options;
import org.fascicle.plugin.Range;
import org.fascicle.tensor.Draws;
import org.fascicle.tensor.LinearAlgebra;
import org.fascicle.tensor.Matrix;
import org.fascicle.tensor.Tensor;
import org.osgi.service.component.annotations.Component;

/**
 * A random orthogonal matrix times {@code gain} (Saxe et al. 2014): the parameter as {@code [out, rest]} has
 * orthogonal columns if out &gt;= rest, orthogonal rows otherwise, all of length gain. It is the factor Q of a normal
 * matrix with the diagonal of R positive, hence uniform over all orthogonal ones. Pure and thread-safe.
 */
public record Orthogonal(double gain) implements Initializer {
    @Override
    public void fill(Param p, Tensor w, Draws d, LinearAlgebra a) {
        Matrix matrix = w.rows();
        int rows = matrix.rows(), cols = matrix.cols(), m = Math.max(rows, cols), n = Math.min(rows, cols);
        float[] x = w.data();
        d.normal(x, 0, rows * cols);
        double[] normal = new double[rows * cols];
        for (int i = 0; i < normal.length; i++) normal[i] = x[i];
        double[] q = a.orthonormal(normal, m, n); // [m, n]
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < cols; j++) {
                x[i * cols + j] = (float) (gain * (rows >= cols ? q[i * n + j] : q[j * n + i]));
            }
        }
    }

    /** Options: {@code gain} (1). */
    @Component
    @FascicleInitializer("orthogonal")
    public static final class Factory implements Initializer.Factory {
        @Override
        public Orthogonal create(Options o) {
            return new Orthogonal(o.real("gain", 1, Range.ANY));
        }
    }
}
