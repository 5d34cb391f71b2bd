package org.fascicle.losses;

/** Probabilities before a logarithm. */
final class Probability {
    private Probability() {}

    /**
     * The probability, or the smallest normal number in place of 0, so that loss and gradient stay finite: 87.3 at most. A
     * negative number is no probability; it stays, and its logarithm is NaN, which a training step reports.
     */
    static float positive(float p) {
        return p >= 0 && p < Float.MIN_NORMAL ? Float.MIN_NORMAL : p;
    }
}
