package org.fascicle.activations;

import org.fascicle.nn.Activation;
import org.fascicle.plugin.FascicleActivation;
import org.fascicle.tensor.Block;
import org.fascicle.tensor.Elementary;
import org.osgi.service.component.annotations.Component;

/** The hyperbolic tangent; its slope is 1 - y². Immutable and thread-safe. */
@Component
@FascicleActivation("tanh")
public final class Tanh implements Activation {
    @Override
    public float apply(float x) {
        return Elementary.TANH.apply(x);
    }

    @Override
    public float slope(float x, float y) {
        return Elementary.TANH.slope(x, y);
    }

    @Override
    public boolean slopeNeedsInput() {
        return false;
    }

    @Override
    public void apply(Block b, float[] y, float[] x, int n) {
        Elementary.TANH.apply(b, y, x, n);
    }
}
