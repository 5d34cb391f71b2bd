package org.fascicle.tensor;

/**
 * Geometry of a 2-d convolution {@code [N, C, H, W]}; the padding at the bottom and right follows from the output's shape.
 * Output (i, j) reads input rows {@code i * strideH - padTop + p * dilationH}, p being the kernel's row, and columns
 * likewise; what lies outside counts as zero. Immutable.
 */
public record Conv(int groups, int strideH, int strideW, int padTop, int padLeft, int dilationH, int dilationW) {}
