package org.fascicle.activations;

import org.fascicle.nn.Activation;
import org.fascicle.plugin.FascicleActivation;
import org.fascicle.tensor.Block;
import org.fascicle.tensor.Elementary;
import org.osgi.service.component.annotations.Component;

/** 1 / (1 + exp(-x)), the logistic function; its slope is y (1 - y). Immutable and thread-safe. */
@Component
@FascicleActivation("sigmoid")
public final class Sigmoid implements Activation {
    @Override
    public float apply(float x) {
        return Elementary.SIGMOID.apply(x);
    }

    @Override
    public float slope(float x, float y) {
        return Elementary.SIGMOID.slope(x, y);
    }

    @Override
    public boolean slopeNeedsInput() {
        return false;
    }

    @Override
    public void apply(Block b, float[] y, float[] x, int n) {
        Elementary.SIGMOID.apply(b, y, x, n);
    }
}
