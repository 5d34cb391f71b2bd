package org.fascicle.layers.initializers;

import org.fascicle.nn.Initializer;
import org.fascicle.nn.Param;
import org.fascicle.plugin.FascicleInitializer;
import org.fascicle.plugin.Options;
import org.fascicle.plugin.Range;
import org.fascicle.tensor.Draws;
import org.fascicle.tensor.LinearAlgebra;
import org.fascicle.tensor.Tensor;
import org.osgi.service.component.annotations.Component;

/** One value everywhere. Pure and thread-safe. */
public record Constant(double value) implements Initializer {
    @Override
    public void fill(Param p, Tensor w, Draws d, LinearAlgebra a) {
        w.fill((float) value);
    }

    /** Options: {@code value} (0). */
    @Component
    @FascicleInitializer("constant")
    public static final class Factory implements Initializer.Factory {
        @Override
        public Constant create(Options o) {
            return new Constant(o.real("value", 0, Range.ANY));
        }
    }
}
