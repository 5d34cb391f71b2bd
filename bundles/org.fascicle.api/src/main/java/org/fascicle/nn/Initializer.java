package org.fascicle.nn;

import org.fascicle.plugin.Options;
import org.fascicle.tensor.Draws;
import org.fascicle.tensor.LinearAlgebra;
import org.fascicle.tensor.Tensor;
import org.osgi.annotation.versioning.ConsumerType;

/** Fills a new parameter, one block at a time. Pure and thread-safe: what is drawn depends on {@code d} only. */
@FunctionalInterface
@ConsumerType
public interface Initializer {
    Initializer ZEROS = (p, w, d, a) -> w.fill(0);
    Initializer ONES = (p, w, d, a) -> w.fill(1);

    static Initializer constant(double v) {
        return (p, w, d, a) -> w.fill((float) v);
    }

    /** Fills all of w, which is one block of p: axis 0 is p's divided by its blocks. */
    void fill(Param p, Tensor w, Draws d, LinearAlgebra a);

    /** Makes an initializer from options. */
    @ConsumerType
    interface Factory {
        Initializer create(Options o);
    }
}
