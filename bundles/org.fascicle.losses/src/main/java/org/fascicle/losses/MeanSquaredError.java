package org.fascicle.losses;

import org.fascicle.nn.ElementLoss;
import org.fascicle.plugin.FascicleLoss;
import org.osgi.service.component.annotations.Component;

/** (prediction - target)², averaged over a sample. Immutable and thread-safe. */
@Component
@FascicleLoss("mean_squared_error")
public final class MeanSquaredError implements ElementLoss {
    @Override
    public float value(float prediction, float target) {
        float d = prediction - target;
        return d * d;
    }

    @Override
    public float slope(float prediction, float target) {
        return 2 * (prediction - target);
    }
}
