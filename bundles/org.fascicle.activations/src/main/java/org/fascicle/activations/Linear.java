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
 * slope * x + intercept; by default the identity, which costs nothing. Immutable and thread-safe.
 *
 * @param slope the derivative
 * @param intercept the value at 0
 */
public record Linear(float slope, float intercept) implements Activation {
    @Override
    public Plan plan(Shapes in) {
        Plan p = Plan.of(in.get(0)).trait(Trait.IN_PLACE);
        return slope == 1 && intercept == 0 ? p.trait(Trait.VIEW) : p;
    }

    @Override
    public float apply(float x) {
        return slope * x + intercept;
    }

    @Override
    public float slope(float x, float y) {
        return slope;
    }

    @Override
    public boolean slopeNeedsInput() {
        return false;
    }

    /** Options {@code slope} (1) and {@code intercept} (0). */
    @Component
    @FascicleActivation("linear")
    public static final class Factory implements Layer.Factory {
        @Override
        public Linear create(Config c) {
            return new Linear((float) c.real("slope", 1, Range.ANY), (float) c.real("intercept", 0, Range.ANY));
        }
    }
}
