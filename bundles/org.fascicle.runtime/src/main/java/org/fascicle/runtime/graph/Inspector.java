package org.fascicle.runtime.graph;

import org.fascicle.model.NonFiniteException;
import org.fascicle.tensor.Tensor;

/** Looks at every tensor of a repeated step for the first number that is not finite. */
final class Inspector {
    private final long step;

    Inspector(long step) {
        this.step = step;
    }

    void look(String where, String what, Tensor t) {
        float[] x = t.data();
        for (int i = 0, n = t.size(); i < n; i++) {
            if (!Float.isFinite(x[i])) {
                throw new NonFiniteException(
                        "step " + step + ": " + where + ": " + what + " is " + x[i] + " at index " + i
                                + " of " + t.shape()
                                + "; nothing of this step was kept; try a smaller learning rate, clip_norm, or look at the data");
            }
        }
    }
}
