package org.fascicle.train;

import java.util.List;
import org.fascicle.nn.Param;
import org.fascicle.tensor.Tensor;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/** An update rule that evaluates the objective itself (L-BFGS, line search). Immutable and thread-safe. */
@ConsumerType
public non-sealed interface ClosureOptimizer extends UpdateRule {
    /** Finds the next weights and slots; they commit when it returns. */
    void step(Objective f);

    /** The loss of this step's batch with this step's draws; the last evaluation's statistics commit. Confined to one step. */
    @ProviderType
    interface Objective {
        List<Param> params();

        Tensor weight(int i);

        /** Where {@link #evaluate} takes the weights from, at first equal to {@link #weight}; commits. */
        Tensor nextWeight(int i);

        /** Forward and backward at the next weights. */
        double evaluate();

        Tensor gradient(int i);

        Tensor slot(int i, String name);

        Tensor nextSlot(int i, String name);

        double rate();

        /** From 1. */
        long step();
    }
}
