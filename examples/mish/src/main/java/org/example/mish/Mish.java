package org.example.mish;

import org.fascicle.nn.Activation;
import org.fascicle.plugin.FascicleActivation;
import org.osgi.service.component.annotations.Component;

/** x tanh(softplus(x)) (Misra 2019). */
@Component
@FascicleActivation("mish")
public final class Mish implements Activation {
    @Override
    public float apply(float x) {
        return (float) (x * Math.tanh(softplus(x)));
    }

    @Override
    public float slope(float x, float y) {
        double t = Math.tanh(softplus(x));
        return (float) (t + x * (1 - t * t) / (1 + Math.exp(-x)));
    }

    private static double softplus(double x) {
        return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }
}
