package org.fascicle.layers;

import org.fascicle.nn.Layer;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Shapes;
import org.fascicle.nn.Trait;
import org.fascicle.plugin.FascicleLayer;
import org.fascicle.tensor.Shape;
import org.osgi.service.component.annotations.Component;

/**
 * {@code [N, …]} as {@code [N, features]}, in memory order; {@code [N]} gives {@code [N, 1]}. Immutable and
 * thread-safe.
 */
@Component
@FascicleLayer("flatten")
public final class Flatten implements Layer {
    @Override
    public Plan plan(Shapes in) {
        Shape x = in.get(0, "[N, …]");
        return Plan.of(Shape.of(x.dim(0), x.size(1, x.rank()))).trait(Trait.VIEW);
    }

    @Override
    public void forward(Pass p) {
        p.output(0).set(p.input(0));
    }

    @Override
    public void backward(Pass p) {
        p.inputGradient(0).put(p.outputGradient(0));
    }
}
