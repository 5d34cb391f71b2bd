package org.fascicle.tck.third;

import java.util.List;
import org.fascicle.nn.Config;
import org.fascicle.nn.Layer;
import org.fascicle.nn.Loss;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Port;
import org.fascicle.nn.Shapes;
import org.fascicle.plugin.FascicleLoss;
import org.fascicle.plugin.Range;
import org.fascicle.tensor.Shape;
import org.fascicle.tensor.ShapeException;

/** max(0, |a - p|² - |a - n|² + margin) per sample (Schroff 2015); there is no target. */
public record Triplet(float margin) implements Loss {
    @Override
    public List<Port> inputs() {
        return List.of(Port.value("anchor"), Port.value("positive"), Port.value("negative"));
    }

    @Override
    public Plan plan(Shapes in) {
        Shape a = in.get(0, "[N, D]");
        if (!in.get(1).equals(a) || !in.get(2).equals(a))
            throw new ShapeException("anchor, positive and negative must have one shape, got " + in.list());
        return Plan.of(Shape.of(a.dim(0))).reads(0, 1, 2).readsOutputs(0);
    }

    @Override
    public void forward(Pass p) {
        float[] a = p.input(0).data(), b = p.input(1).data(), c = p.input(2).data();
        int d = p.input(0).dim(1);
        for (int r = 0; r < p.input(0).dim(0); r++) {
            double s = margin;
            for (int j = r * d; j < r * d + d; j++) s += (a[j] - b[j]) * (a[j] - b[j]) - (a[j] - c[j]) * (a[j] - c[j]);
            p.output(0).data()[r] = (float) Math.max(0, s);
        }
    }

    @Override
    public void backward(Pass p) {
        float[] a = p.input(0).data(),
                b = p.input(1).data(),
                c = p.input(2).data(),
                v = p.output(0).data(),
                dv = p.outputGradient(0).data();
        float[] da = p.inputGradient(0).accumulator(),
                db = p.inputGradient(1).accumulator(),
                dc = p.inputGradient(2).accumulator();
        int d = p.input(0).dim(1);
        for (int j = 0; j < p.input(0).size(); j++) {
            float g = v[j / d] > 0 ? 2 * dv[j / d] : 0;
            da[j] += g * (c[j] - b[j]);
            db[j] += g * (b[j] - a[j]);
            dc[j] += g * (a[j] - c[j]);
        }
    }

    @FascicleLoss("triplet")
    public static final class Factory implements Layer.Factory {
        @Override
        public Triplet create(Config c) {
            return new Triplet((float) c.real("margin", 1, Range.NOT_NEGATIVE));
        }
    }
}
