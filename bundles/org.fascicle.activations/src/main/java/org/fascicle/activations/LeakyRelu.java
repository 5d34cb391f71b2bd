package org.fascicle.activations;

import org.fascicle.nn.Activation;
import org.fascicle.nn.Config;
import org.fascicle.nn.Layer;
import org.fascicle.plugin.FascicleActivation;
import org.fascicle.plugin.Range;
import org.osgi.service.component.annotations.Component;

/**
 * x for x greater than 0, else negative_slope * x (Maas et al. 2013); the slope at 0 is negative_slope. Immutable and
 * thread-safe.
 *
 * @param negativeSlope any number; unless it is greater than 0, the sign of y does not tell that of x and the input is kept
 */
public record LeakyRelu(float negativeSlope) implements Activation {
    @Override
    public float apply(float x) {
        return Signs.bent(x, negativeSlope);
    }

    @Override
    public float slope(float x, float y) {
        return Signs.bentSlope(slopeNeedsInput() ? x : y, negativeSlope);
    }

    @Override
    public boolean slopeNeedsInput() {
        return negativeSlope <= 0;
    }

    /** Option {@code negative_slope} (0.3, as Keras's layer; its function has 0.2, PyTorch and ONNX have 0.01). */
    @Component
    @FascicleActivation("leaky_relu")
    public static final class Factory implements Layer.Factory {
        @Override
        public LeakyRelu create(Config c) {
            return new LeakyRelu((float) c.real("negative_slope", 0.3, Range.ANY));
        }
    }
}
