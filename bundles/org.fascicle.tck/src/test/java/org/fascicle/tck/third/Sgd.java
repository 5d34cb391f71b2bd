package org.fascicle.tck.third;

import java.util.List;
import org.fascicle.nn.Param;
import org.fascicle.nn.Slot;
import org.fascicle.plugin.FascicleOptimizer;
import org.fascicle.plugin.Options;
import org.fascicle.plugin.Range;
import org.fascicle.train.Optimizer;

/** v = momentum v - rate g; w = w + v. */
public record Sgd(double rate, float momentum) implements Optimizer {
    @Override
    public List<Slot> slots(Param p) {
        return List.of(Slot.of("velocity", p.shape()));
    }

    @Override
    public void update(Update u) {
        float[] w = u.weight().data(),
                v = u.slot("velocity").data(),
                g = u.gradient().data();
        float[] nextW = u.nextWeight().data(), nextV = u.nextSlot("velocity").data();
        float r = (float) u.rate();
        for (int i = 0, n = u.weight().size(); i < n; i++) {
            nextV[i] = momentum * v[i] - r * g[i];
            nextW[i] = w[i] + nextV[i];
        }
    }

    @FascicleOptimizer("sgd")
    public static final class Factory implements Optimizer.Factory {
        @Override
        public Sgd create(Options o) {
            return new Sgd(
                    o.real("learning_rate", 0.01, Range.NOT_NEGATIVE), (float) o.real("momentum", 0, Range.BELOW_ONE));
        }
    }
}
