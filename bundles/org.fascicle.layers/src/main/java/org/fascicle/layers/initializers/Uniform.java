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

/** Uniform between {@code low} and {@code high}, whatever the fans. Pure and thread-safe. */
public record Uniform(double low, double high) implements Initializer {
    @Override
    public void fill(Param p, Tensor w, Draws d, LinearAlgebra a) {
        Fill.uniform(w, d, low, high);
    }

    /** Options: {@code low} (-0.05), {@code high} (0.05). */
    @Component
    @FascicleInitializer("uniform")
    public static final class Factory implements Initializer.Factory {
        @Override
        public Uniform create(Options o) {
            double low = o.real("low", -0.05, Range.ANY), high = o.real("high", 0.05, Range.ANY);
            if (low > high) throw o.invalid("low", "at most high = " + high, low);
            return new Uniform(low, high);
        }
    }
}
