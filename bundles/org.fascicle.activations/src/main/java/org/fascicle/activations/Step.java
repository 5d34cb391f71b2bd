package org.fascicle.activations;

import org.fascicle.nn.Activation;
import org.fascicle.nn.Config;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Shapes;
import org.fascicle.nn.Trait;
import org.fascicle.plugin.FascicleActivation;
import org.fascicle.plugin.Range;
import org.osgi.service.component.annotations.Component;

/**
 * The step of the perceptron (Rosenblatt 1958): 1 for x greater than 0, 0 for x less than 0. Its gradient is 0 everywhere, so nothing
 * before it learns, unless {@code straight_through} passes the gradient on unchanged (the straight-through estimator,
 * Bengio et al. 2013). NaN gives 0. Immutable and thread-safe.
 *
 * @param atZero the value at 0
 * @param straightThrough take the gradient of the identity
 */
public record Step(float atZero, boolean straightThrough) implements Activation {
    @Override
    public Plan plan(Shapes in) {
        return Plan.of(in.get(0)).trait(Trait.IN_PLACE);
    }

    @Override
    public float apply(float x) {
        return x > 0 ? 1 : x == 0 ? atZero : 0;
    }

    @Override
    public float slope(float x, float y) {
        return straightThrough ? 1 : 0;
    }

    @Override
    public boolean slopeNeedsInput() {
        return false;
    }

    /** Options {@code at_zero} (1) and {@code straight_through} (false). */
    @Component
    @FascicleActivation("step")
    public static final class Factory implements Layer.Factory {
        @Override
        public Step create(Config c) {
            return new Step((float) c.real("at_zero", 1, Range.UNIT), c.flag("straight_through", false));
        }
    }
}
