package org.fascicle.tck.third;

import java.util.List;
import org.fascicle.nn.Param;
import org.fascicle.nn.Slot;
import org.fascicle.plugin.FascicleOptimizer;
import org.fascicle.plugin.Options;
import org.fascicle.plugin.Range;
import org.fascicle.train.Optimizer;

/** Adam (Kingma 2014), epsilon outside the root. */
public record Adam(double rate, double beta1, double beta2, double epsilon) implements Optimizer {
    @Override
    public List<Slot> slots(Param p) {
        return List.of(Slot.of("m", p.shape()), Slot.of("v", p.shape()));
    }

    @Override
    public void update(Update u) {
        float[] w = u.weight().data(),
                g = u.gradient().data(),
                m = u.slot("m").data(),
                v = u.slot("v").data();
        float[] nextW = u.nextWeight().data(),
                nextM = u.nextSlot("m").data(),
                nextV = u.nextSlot("v").data();
        double t = (double) u.step();
        double corrected = u.rate() * Math.sqrt(1 - Math.pow(beta2, t)) / (1 - Math.pow(beta1, t));
        float a = (float) corrected, b1 = (float) beta1, b2 = (float) beta2, e = (float) epsilon;
        for (int i = 0, n = u.weight().size(); i < n; i++) {
            nextM[i] = b1 * m[i] + (1 - b1) * g[i];
            nextV[i] = b2 * v[i] + (1 - b2) * g[i] * g[i];
            nextW[i] = w[i] - a * nextM[i] / ((float) Math.sqrt(nextV[i]) + e);
        }
    }

    @FascicleOptimizer("adam")
    public static final class Factory implements Optimizer.Factory {
        @Override
        public Adam create(Options o) {
            return new Adam(
                    o.real("learning_rate", 0.001, Range.NOT_NEGATIVE),
                    o.real("beta_1", 0.9, Range.BELOW_ONE),
                    o.real("beta_2", 0.999, Range.BELOW_ONE),
                    o.real("epsilon", 1e-8, Range.POSITIVE));
        }
    }
}
