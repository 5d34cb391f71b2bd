package org.fascicle.nn;

import org.fascicle.tensor.ScalarFunction;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The shortcut: a scalar function applied to every element is a layer; plan, forward and backward are defaults. Immutable
 * and thread-safe. A whole activation:
 *
 * <pre>{@code
 * @Component
 * @FascicleActivation("softsign")
 * public final class Softsign implements Activation {
 *     @Override public float apply(float x) { return x / (1 + Math.abs(x)); }
 *     @Override public float slope(float x, float y) { float d = 1 + Math.abs(x); return 1 / (d * d); }
 * }
 * }</pre>
 */
@ConsumerType
public interface Activation extends Layer, ScalarFunction {
    @Override
    default Plan plan(Shapes in) {
        Plan p = Plan.of(in.get(0)).readsOutputs(0);
        return slopeNeedsInput() ? p.reads(0) : p.trait(Trait.IN_PLACE);
    }

    @Override
    default void forward(Pass p) {
        p.kernel(this).apply(p.output(0), p.input(0));
    }

    @Override
    default void backward(Pass p) {
        p.kernel(this).slope(p.inputGradient(0), p.input(0), p.output(0), p.outputGradient(0));
    }
}
