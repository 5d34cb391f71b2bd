package org.fascicle.optimizers;

import java.util.List;
import org.fascicle.nn.Param;
import org.fascicle.nn.Slot;
import org.fascicle.plugin.FascicleOptimizer;
import org.fascicle.plugin.Options;
import org.fascicle.plugin.Range;
import org.fascicle.train.Optimizer;
import org.osgi.service.component.annotations.Component;

/**
 * Stochastic gradient descent with momentum (Polyak 1964; Nesterov form as in Sutskever et al. 2013), as Keras has it:
 *
 * <pre>
 * r  = rate / (1 + decay (step - 1))
 * v' = momentum v - r g          (from the second step on g times 1 - dampening)
 * w' = w + v'                    or with nesterov w + momentum v' - r g
 * </pre>
 *
 * PyTorch keeps {@code v' = momentum v + g; w' = w - r v'}: the same for a constant rate, but a change of the rate then
 * acts on the whole velocity at once; {@code rate_in_velocity} false gives that. Immutable and thread-safe.
 */
public record Sgd(
        double rate,
        double momentum,
        boolean nesterov,
        double dampening,
        double decay,
        boolean rateInVelocity,
        WeightDecay weightDecay)
        implements Optimizer {
    private static final String VELOCITY = "velocity";

    @Override
    public List<Slot> slots(Param p) {
        return momentum == 0 ? List.of() : List.of(Slot.of(VELOCITY, p.shape()));
    }

    @Override
    public void update(Update u) {
        double r = u.rate() / (1 + decay * (u.step() - 1));
        float shrink = weightDecay.shrink(u.param(), r), l2 = weightDecay.l2(u.param());
        if (momentum == 0) {
            descend(u, (float) r, shrink, l2);
            return;
        }
        double share = u.step() == 1 ? 1 : 1 - dampening;
        float in = (float) (rateInVelocity ? -r * share : share); // of the gradient into the velocity
        double out = rateInVelocity ? 1 : -r; // of the velocity into the weight
        float direct = (float) (nesterov ? -r : 0); // of the gradient into the weight
        move(u, (float) momentum, in, (float) (nesterov ? out * momentum : out), direct, shrink, l2);
    }

    private static void descend(Update u, float rate, float shrink, float l2) {
        float[] w = u.weight().data(),
                g = u.gradient().data(),
                nw = u.nextWeight().data();
        for (int i = 0, n = u.weight().size(); i < n; i++) nw[i] = w[i] - (rate * (g[i] + l2 * w[i]) + shrink * w[i]);
    }

    private static void move(Update u, float momentum, float in, float out, float direct, float shrink, float l2) {
        float[] w = u.weight().data(),
                g = u.gradient().data(),
                v = u.slot(VELOCITY).data();
        float[] nw = u.nextWeight().data(), nv = u.nextSlot(VELOCITY).data();
        for (int i = 0, n = u.weight().size(); i < n; i++) {
            float d = g[i] + l2 * w[i];
            float next = Denormals.flush(momentum * v[i] + in * d);
            nv[i] = next;
            nw[i] = w[i] + (out * next + direct * d - shrink * w[i]);
        }
    }

    /**
     * Options: {@code learning_rate} (0.01), {@code momentum} (0), {@code nesterov} (false), {@code dampening} (0),
     * {@code decay} (0), {@code rate_in_velocity} (true), {@code weight_decay} (0), {@code weight_decay_form}
     * (decoupled; l2), {@code weight_decay_on} (weights; all).
     */
    @Component
    @FascicleOptimizer("sgd")
    public static final class Factory implements Optimizer.Factory {
        @Override
        public Sgd create(Options o) {
            return new Sgd(
                    o.real("learning_rate", 0.01, Range.NOT_NEGATIVE),
                    o.real("momentum", 0, Range.BELOW_ONE),
                    o.flag("nesterov", false),
                    o.real("dampening", 0, Range.UNIT),
                    o.real("decay", 0, Range.NOT_NEGATIVE),
                    o.flag("rate_in_velocity", true),
                    WeightDecay.of(o, 0));
        }
    }
}
