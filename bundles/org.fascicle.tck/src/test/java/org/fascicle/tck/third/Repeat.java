package org.fascicle.tck.third;

import java.util.List;
import java.util.stream.IntStream;
import org.fascicle.nn.Child;
import org.fascicle.nn.Config;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Shapes;
import org.fascicle.plugin.FascicleLayer;
import org.fascicle.plugin.Range;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;
import org.fascicle.tensor.Sink;
import org.fascicle.tensor.Tensor;

/** A shape-keeping block some times over, each with weights of its own; keeps only the blocks' inputs and computes the rest again. */
public record Repeat(List<Child> blocks) implements Layer {
    @Override
    public Plan plan(Shapes in) {
        Shape x = in.get(0);
        Plan p = Plan.of(x).keep("x", x, blocks.size());
        for (Child c : blocks) {
            if (!c.outputs(x).get(0).equals(x))
                throw new ShapeException("a repeated block must keep the shape " + x + ", it gives "
                        + c.outputs(x).get(0));
            p = p.recomputed(c, 1, x);
        }
        return p;
    }

    @Override
    public void forward(Pass p) {
        Tensor x = p.input(0);
        for (int i = 0; i < blocks.size(); i++) {
            p.kept("x", i).set(x);
            x = p.call(blocks.get(i), 0, p.kept("x", i)).get(0);
        }
        p.output(0).set(x);
    }

    @Override
    public void backward(Pass p) {
        Tensor dy = p.outputGradient(0), a = p.scratch(dy.shape()), b = p.scratch(dy.shape());
        for (int i = blocks.size() - 1; i >= 0; i--) {
            p.call(blocks.get(i), 0, p.kept("x", i));
            Tensor dx = i % 2 == 0 ? a : b;
            p.callBackward(blocks.get(i), 0, List.of(i == 0 ? p.inputGradient(0) : Sink.set(dx)), dy);
            dy = dx;
        }
    }

    @FascicleLayer("repeat")
    public static final class Factory implements Layer.Factory {
        @Override
        public Repeat create(Config c) {
            Child block = c.layer("layer");
            return new Repeat(IntStream.range(0, c.integer("times", 2, Range.POSITIVE))
                    .mapToObj(i -> block.named("block" + i))
                    .toList());
        }
    }
}
