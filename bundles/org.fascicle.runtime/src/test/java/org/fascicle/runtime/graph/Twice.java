package org.fascicle.runtime.graph;

import java.util.List;
import org.fascicle.nn.Child;
import org.fascicle.nn.Config;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Shapes;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.Sink;
import org.fascicle.tensor.Tensor;

/** y = f(f(x)) with one set of weights; keeps only the inputs and computes f again: a recomputed child of several instances. */
record Twice(Child f) implements Layer {
    @Override
    public Plan plan(Shapes in) {
        Shape x = in.get(0);
        return Plan.of(x).recomputed(f, 2, x).keep("x", x, 2);
    }

    @Override
    public void forward(Pass p) {
        p.kept("x", 0).set(p.input(0));
        p.kept("x", 1).set(p.call(f, 0, p.kept("x", 0)).get(0));
        p.output(0).set(p.call(f, 1, p.kept("x", 1)).get(0));
    }

    @Override
    public void backward(Pass p) {
        Tensor between = p.scratch(p.outputGradient(0).shape());
        p.call(f, 1, p.kept("x", 1));
        p.callBackward(f, 1, List.of(Sink.set(between)), p.outputGradient(0));
        p.call(f, 0, p.kept("x", 0));
        p.callBackward(f, 0, List.of(p.inputGradient(0)), between);
    }

    static final class Factory implements Layer.Factory {
        @Override
        public Twice create(Config c) {
            return new Twice(c.layer("layer"));
        }
    }
}
