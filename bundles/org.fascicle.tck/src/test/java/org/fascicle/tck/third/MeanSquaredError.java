package org.fascicle.tck.third;

import org.fascicle.nn.ElementLoss;
import org.fascicle.plugin.FascicleLoss;

/** (prediction - target)², averaged over a sample. */
@FascicleLoss("mean_squared_error")
public final class MeanSquaredError implements ElementLoss {
    @Override
    public float value(float prediction, float target) {
        return (prediction - target) * (prediction - target);
    }

    @Override
    public float slope(float prediction, float target) {
        return 2 * (prediction - target);
    }
}
