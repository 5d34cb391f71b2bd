package org.fascicle.train;

import org.fascicle.nn.Param;
import org.fascicle.plugin.Options;
import org.fascicle.tensor.Tensor;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/** An update rule for one parameter at a time. Immutable and thread-safe: parameters may be updated in parallel. */
@ConsumerType
public non-sealed interface Optimizer extends UpdateRule {
    /** Reads weight, gradient and slots, and writes every next value. */
    void update(Update u);

    /** One parameter in one step: current values are not modified, every next value is written; they commit together. Confined to one call. */
    @ProviderType
    interface Update {
        Param param();

        Tensor gradient();

        Tensor weight();

        Tensor nextWeight();

        Tensor slot(String name);

        Tensor nextSlot(String name);

        /** The learning rate of this step. */
        double rate();

        /** From 1. */
        long step();
    }

    /** Makes an update rule from options; {@code learning_rate} is the key of the rate. */
    @ConsumerType
    interface Factory {
        UpdateRule create(Options o);
    }
}
