package org.fascicle.layers.convolution;

/**
 * What surrounds the input: given numbers of zeros, or as many as make the output {@code ceil(input / stride)} long.
 */
enum Padding {
    /** The {@code pads} only, by default none. */
    VALID,
    /** An odd zero goes after the input: Keras's {@code same}, ONNX's {@code SAME_UPPER}. */
    SAME,
    /** An odd zero goes before the input: ONNX's {@code SAME_LOWER}. */
    SAME_LOWER
}
