package org.fascicle.tck.third;

import org.fascicle.nn.Layer;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Shapes;
import org.fascicle.plugin.FascicleActivation;
import org.fascicle.tensor.Tensor;

/** x times a number drawn from 0.5 to 1.5. Smooth and random: tells a mistake in the draws of instances and recomputation from a kink. */
@FascicleActivation("noisy")
public final class Noisy implements Layer {
    @Override
    public Plan plan(Shapes in) {
        return Plan.of(in.get(0));
    }

    @Override
    public void forward(Pass p) {
        Tensor x = p.input(0), y = p.output(0);
        for (int i = 0; i < x.size(); i++)
            y.data()[i] = x.data()[i] * (0.5f + p.random(0).uniform(i));
    }

    @Override
    public void backward(Pass p) {
        Tensor dy = p.outputGradient(0);
        float[] dx = p.inputGradient(0).accumulator();
        for (int i = 0; i < dy.size(); i++)
            dx[i] += dy.data()[i] * (0.5f + p.random(0).uniform(i));
    }
}
