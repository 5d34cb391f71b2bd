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

/** Normal with {@code mean} and {@code stddev}, whatever the fans. Pure and thread-safe. */
public record Normal(double mean, double stddev) implements Initializer {
    @Override
    public void fill(Param p, Tensor w, Draws d, LinearAlgebra a) {
        Fill.normal(w, d, mean, stddev);
    }

    /** Options: {@code mean} (0), {@code stddev} (0.05). */
    @Component
    @FascicleInitializer("normal")
    public static final class Factory implements Initializer.Factory {
        @Override
        public Normal create(Options o) {
            return new Normal(o.real("mean", 0, Range.ANY), o.real("stddev", 0.05, Range.NOT_NEGATIVE));
        }
    }
}
