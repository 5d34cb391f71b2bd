package org.fascicle.layers;

import java.util.List;
import org.fascicle.nn.Child;
import org.fascicle.nn.Config;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Shapes;
import org.fascicle.plugin.FascicleLayer;
import org.fascicle.tensor.Shape;
import org.osgi.service.component.annotations.Component;

/**
 * y = f(x) as a node of its own: f is any activation, given by the option {@code function}, with its parameters under
 * that name. (The reserved key {@code activation} of every other node is shorter and may be fused.) Immutable and
 * thread-safe.
 */
public record Nonlinearity(Child function) implements Layer {
    @Override
    public Plan plan(Shapes in) {
        Shape x = in.get(0);
        Plan plan = Plan.of(function.outputs(x).get(0)).child(function, 1, x);
        return function.reads(0, x) ? plan.reads(0) : plan;
    }

    @Override
    public void forward(Pass p) {
        p.output(0).set(p.call(function, 0, p.input(0)).get(0));
    }

    @Override
    public void backward(Pass p) {
        p.callBackward(function, 0, List.of(p.inputGradient(0)), p.outputGradient(0));
    }

    /** Options: {@code function}, a name or an object with {@code type}. */
    @Component
    @FascicleLayer("activation")
    public static final class Factory implements Layer.Factory {
        @Override
        public Nonlinearity create(Config c) {
            return new Nonlinearity(c.activation("function", "linear"));
        }
    }
}
