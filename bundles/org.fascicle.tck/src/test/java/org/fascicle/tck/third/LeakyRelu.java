package org.fascicle.tck.third;

import org.fascicle.nn.Activation;
import org.fascicle.nn.Config;
import org.fascicle.nn.Layer;
import org.fascicle.plugin.FascicleActivation;
import org.fascicle.plugin.Range;

/** x for x &gt; 0, else negative_slope x. */
public record LeakyRelu(float negativeSlope) implements Activation {
    @Override
    public float apply(float x) {
        return x > 0 ? x : negativeSlope * x;
    }

    @Override
    public float slope(float x, float y) {
        return (slopeNeedsInput() ? x : y) > 0 ? 1 : negativeSlope;
    }

    /** With a positive slope the sign of y tells. */
    @Override
    public boolean slopeNeedsInput() {
        return negativeSlope <= 0;
    }

    @FascicleActivation("leaky_relu")
    public static final class Factory implements Layer.Factory {
        @Override
        public LeakyRelu create(Config c) {
            return new LeakyRelu((float) c.real("negative_slope", 0.3, Range.ANY));
        }
    }
}
