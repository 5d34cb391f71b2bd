package org.fascicle.tck.third;

import java.util.List;
import org.fascicle.nn.Param;
import org.fascicle.nn.Slot;
import org.fascicle.plugin.FascicleOptimizer;
import org.fascicle.tensor.Tensor;
import org.fascicle.train.ClosureOptimizer;

/** L-BFGS with a history of one pair and a halving line search: the shape of the real one. */
@FascicleOptimizer("lbfgs")
public final class Lbfgs implements ClosureOptimizer {
    private static final int TRIALS = 20;

    @Override
    public double rate() {
        return 1;
    }

    @Override
    public List<Slot> slots(Param p) {
        return List.of(Slot.of("s", p.shape()), Slot.of("y", p.shape()));
    }

    @Override
    public void step(Objective f) {
        int k = f.params().size();
        double before = f.evaluate(), slope = 0;
        Tensor[] g = new Tensor[k], d = new Tensor[k];
        for (int i = 0; i < k; i++) g[i] = f.gradient(i).copy();
        direction(f, g, d);
        for (int i = 0; i < k; i++) slope -= dot(d[i], g[i]);
        double t = f.rate();
        for (int trial = 0; trial < TRIALS; trial++, t /= 2) {
            for (int i = 0; i < k; i++) {
                f.nextWeight(i).set(f.weight(i));
                add(f.nextWeight(i), -t, d[i]);
            }
            if (f.evaluate() <= before + 1e-4 * t * slope) break;
        }
        for (int i = 0; i < k; i++) {
            f.nextSlot(i, "s").set(f.nextWeight(i));
            add(f.nextSlot(i, "s"), -1, f.weight(i));
            f.nextSlot(i, "y").set(f.gradient(i));
            add(f.nextSlot(i, "y"), -1, g[i]);
        }
    }

    /** The two-loop recursion for one pair. */
    private static void direction(Objective f, Tensor[] g, Tensor[] d) {
        double sy = 0, sg = 0, yy = 0, yd = 0;
        for (int i = 0; i < g.length; i++) {
            sy += dot(f.slot(i, "s"), f.slot(i, "y"));
            yy += dot(f.slot(i, "y"), f.slot(i, "y"));
            sg += dot(f.slot(i, "s"), g[i]);
        }
        boolean history = sy > 1e-12;
        double rho = history ? 1 / sy : 0, alpha = rho * sg, gamma = history ? sy / yy : 1;
        for (int i = 0; i < g.length; i++) {
            d[i] = g[i].copy();
            add(d[i], -alpha, f.slot(i, "y"));
            for (int j = 0; j < d[i].size(); j++) d[i].data()[j] *= (float) gamma;
            yd += dot(f.slot(i, "y"), d[i]);
        }
        for (int i = 0; i < g.length; i++) add(d[i], alpha - rho * yd, f.slot(i, "s"));
    }

    private static double dot(Tensor a, Tensor b) {
        double s = 0;
        for (int i = 0; i < a.size(); i++) s += a.data()[i] * b.data()[i];
        return s;
    }

    /** y = y + a x. */
    private static void add(Tensor y, double a, Tensor x) {
        for (int i = 0; i < y.size(); i++) y.data()[i] = (float) (y.data()[i] + a * x.data()[i]);
    }
}
