package org.fascicle.tensor;

/** What a parameter is packed for. */
public enum Use {
    /** {@code w} of {@code a w}. */
    RIGHT,
    /** {@code wᵀ} of {@code a wᵀ}. */
    RIGHT_TRANSPOSED,
    /** Weights {@code [out, in / groups, kh, kw]} of a convolution. */
    CONV,
    /** The same weights, for the gradient by the input. */
    CONV_INPUT_GRADIENT
}
