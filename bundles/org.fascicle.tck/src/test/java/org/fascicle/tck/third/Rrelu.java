package org.fascicle.tck.third;

import org.fascicle.nn.Config;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Shapes;
import org.fascicle.plugin.FascicleActivation;
import org.fascicle.plugin.Range;
import org.fascicle.tensor.Tensor;

/** Leaky relu whose slope is drawn per element when training (Xu 2015), their mean otherwise. */
public record Rrelu(float lower, float upper) implements Layer {
    @Override
    public Plan plan(Shapes in) {
        return Plan.of(in.get(0)).reads(0);
    }

    @Override
    public void forward(Pass p) {
        float[] x = p.input(0).data(), y = p.output(0).data(), slope = slopes(p, p.input(0));
        for (int i = 0, n = p.input(0).size(); i < n; i++) y[i] = x[i] > 0 ? x[i] : x[i] * slope[i];
    }

    @Override
    public void backward(Pass p) {
        float[] x = p.input(0).data(),
                dy = p.outputGradient(0).data(),
                dx = p.inputGradient(0).accumulator();
        float[] slope = slopes(p, p.input(0));
        for (int i = 0, n = p.input(0).size(); i < n; i++) dx[i] += x[i] > 0 ? dy[i] : dy[i] * slope[i];
    }

    private float[] slopes(Pass p, Tensor x) {
        Tensor s = p.scratch(x.shape());
        s.fill((lower + upper) / 2);
        if (p.training()) {
            p.random(0).uniform(s.data(), 0, s.size());
            for (int i = 0, n = s.size(); i < n; i++) s.data()[i] = lower + (upper - lower) * s.data()[i];
        }
        return s.data();
    }

    @FascicleActivation("rrelu")
    public static final class Factory implements Layer.Factory {
        @Override
        public Rrelu create(Config c) {
            float lower = (float) c.real("lower", 1 / 8.0, Range.UNIT);
            return new Rrelu(lower, (float) c.real("upper", 1 / 3.0, Range.between(lower, 1)));
        }
    }
}
