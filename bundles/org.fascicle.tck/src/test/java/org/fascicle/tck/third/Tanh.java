package org.fascicle.tck.third;

import org.fascicle.nn.Activation;
import org.fascicle.plugin.FascicleActivation;

/** The hyperbolic tangent. */
@FascicleActivation("tanh")
public final class Tanh implements Activation {
    @Override
    public float apply(float x) {
        return (float) Math.tanh(x);
    }

    @Override
    public float slope(float x, float y) {
        return 1 - y * y;
    }

    @Override
    public boolean slopeNeedsInput() {
        return false;
    }
}
