package org.fascicle.layers.initializers;

import org.fascicle.nn.Initializer;
import org.fascicle.nn.Param;
import org.fascicle.plugin.FascicleInitializer;
import org.fascicle.plugin.Options;
import org.fascicle.plugin.Range;
import org.fascicle.tensor.Draws;
import org.fascicle.tensor.LinearAlgebra;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Tensor;
import org.osgi.service.component.annotations.Component;

/**
 * {@code gain} on the diagonal of a matrix, 0 elsewhere (Le et al. 2015, for recurrent weights). Pure and
 * thread-safe.
 */
public record Identity(double gain) implements Initializer {
    @Override
    public void fill(Param p, Tensor w, Draws d, LinearAlgebra a) {
        if (w.rank() != 2) {
            throw new ShapeException("initializer identity of parameter " + p.name()
                    + ": the parameter must be a matrix, got " + w.shape() + "; take orthogonal");
        }
        w.fill(0);
        int cols = w.dim(1), n = Math.min(w.dim(0), cols);
        for (int i = 0; i < n; i++) w.data()[i * cols + i] = (float) gain;
    }

    /** Options: {@code gain} (1). */
    @Component
    @FascicleInitializer("identity")
    public static final class Factory implements Initializer.Factory {
        @Override
        public Identity create(Options o) {
            return new Identity(o.real("gain", 1, Range.ANY));
        }
    }
}
