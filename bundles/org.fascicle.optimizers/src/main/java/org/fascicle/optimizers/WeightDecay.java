package org.fascicle.optimizers;

import org.fascicle.nn.Param;
import org.fascicle.plugin.Options;
import org.fascicle.plugin.Range;

/**
 * Shrinks weights in every step. Options: {@code weight_decay}; {@code weight_decay_form}: {@code decoupled}
 * (Loshchilov and Hutter 2019, and Keras: w is multiplied by 1 - rate · decay beside the update) or {@code l2}
 * (PyTorch's Sgd and Adam: decay · w is added to the gradient); {@code weight_decay_on}: {@code weights} (biases and
 * scales are left alone) or {@code all}. Immutable.
 */
record WeightDecay(double amount, boolean decoupled, boolean everywhere) {
    static WeightDecay of(Options o, double fallback) {
        return new WeightDecay(
                o.real("weight_decay", fallback, Range.NOT_NEGATIVE),
                o.choice("weight_decay_form", "decoupled", "decoupled", "l2").equals("decoupled"),
                o.choice("weight_decay_on", "weights", "weights", "all").equals("all"));
    }

    /** How much of the weight is taken from it beside the update. */
    float shrink(Param p, double rate) {
        return decoupled && touches(p) ? (float) (rate * amount) : 0;
    }

    /** How much of the weight is added to the gradient. */
    float l2(Param p) {
        return !decoupled && touches(p) ? (float) amount : 0;
    }

    private boolean touches(Param p) {
        return everywhere || p.kind() == Param.Kind.WEIGHT;
    }
}
