package org.fascicle.layers.initializers;

import org.fascicle.nn.Initializer;
import org.fascicle.nn.Param;
import org.fascicle.plugin.FascicleInitializer;
import org.fascicle.tensor.Draws;
import org.fascicle.tensor.LinearAlgebra;
import org.fascicle.tensor.Tensor;
import org.osgi.service.component.annotations.Component;

/** 0 everywhere. Pure and thread-safe. */
@Component
@FascicleInitializer("zeros")
public final class Zeros implements Initializer {
    @Override
    public void fill(Param p, Tensor w, Draws d, LinearAlgebra a) {
        w.fill(0);
    }
}
