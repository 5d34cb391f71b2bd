package org.fascicle.train;

import java.util.List;
import org.fascicle.nn.Param;
import org.fascicle.nn.Slot;

/** How weights follow from gradients: an {@link Optimizer}, or a {@link ClosureOptimizer} that evaluates by itself. Immutable and thread-safe. */
public sealed interface UpdateRule permits Optimizer, ClosureOptimizer {
    /** Memory for a parameter, zero at first, that the model keeps with the weights. */
    List<Slot> slots(Param p);

    /** The rate it was told to start with; a schedule may change it from step to step. */
    double rate();
}
