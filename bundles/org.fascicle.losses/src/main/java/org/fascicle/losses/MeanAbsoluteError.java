package org.fascicle.losses;

import org.fascicle.nn.ElementLoss;
import org.fascicle.plugin.FascicleLoss;
import org.osgi.service.component.annotations.Component;

/** |prediction - target|, averaged over a sample; the slope where they are equal is 0. Immutable and thread-safe. */
@Component
@FascicleLoss("mean_absolute_error")
public final class MeanAbsoluteError implements ElementLoss {
    @Override
    public float value(float prediction, float target) {
        return Math.abs(prediction - target);
    }

    @Override
    public float slope(float prediction, float target) {
        return Math.signum(prediction - target);
    }
}
