package org.fascicle.nn;

import org.osgi.annotation.versioning.ConsumerType;

/** A layer that at inference is y = scale[c] x + shift[c] on axis 1: how batch norm folds into the product before it. Immutable and thread-safe. */
@ConsumerType
public interface AffinePerChannel extends Layer {
    /** Fills scale and shift from parameters and statistics. */
    void affine(Pass p, float[] scale, float[] shift);
}
