package org.fascicle.activations;

import org.fascicle.nn.Activation;
import org.fascicle.plugin.FascicleActivation;
import org.osgi.service.component.annotations.Component;

/** max(x, 0) (Nair and Hinton 2010); the slope at 0 is 0, NaN gives NaN. Immutable and thread-safe. */
@Component
@FascicleActivation("relu")
public final class Relu implements Activation {
    @Override
    public float apply(float x) {
        return Math.max(x, 0f);
    }

    @Override
    public float slope(float x, float y) {
        return Signs.positive(y);
    }

    @Override
    public boolean slopeNeedsInput() {
        return false;
    }
}
