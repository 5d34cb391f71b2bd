package org.fascicle.tck.third;

import org.fascicle.nn.Layer;
import org.fascicle.nn.Param;
import org.fascicle.nn.Pass;
import org.fascicle.nn.Plan;
import org.fascicle.nn.Shapes;
import org.fascicle.plugin.FascicleActivation;

/** x for x &gt; 0, else alpha[c] x; x is {@code [N, C, …]} (He 2015). */
@FascicleActivation("prelu")
public final class Prelu implements Layer {
    @Override
    public Plan plan(Shapes in) {
        return Plan.of(in.get(0))
                .param(Param.scale("alpha", in.get(0).dim(1), 0.25))
                .reads(0);
    }

    @Override
    public void forward(Pass p) {
        float[] x = p.input(0).data(),
                y = p.output(0).data(),
                alpha = p.parameter("alpha").data();
        p.input(0).shape().channels(1).each((c, from, to) -> {
            for (int i = from; i < to; i++) y[i] = x[i] > 0 ? x[i] : alpha[c] * x[i];
        });
    }

    @Override
    public void backward(Pass p) {
        float[] x = p.input(0).data(),
                dy = p.outputGradient(0).data(),
                alpha = p.parameter("alpha").data();
        float[] dx = p.inputGradient(0).accumulator(),
                dalpha = p.gradient("alpha").accumulator();
        p.outputGradient(0).shape().channels(1).each((c, from, to) -> {
            for (int i = from; i < to; i++) {
                dx[i] += x[i] > 0 ? dy[i] : alpha[c] * dy[i];
                if (x[i] <= 0) dalpha[c] += x[i] * dy[i];
            }
        });
    }
}
