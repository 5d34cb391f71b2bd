package org.fascicle.model;

/**
 * How far apart two answers to the same inputs are. Immutable.
 *
 * @param absolute max |a - b| over all numbers of all outputs
 * @param relative the largest of the outputs' max |a - b| / max(max |a|, max |b|): 0 for equal bits, about 1e-6 for another
 *     order of summation, infinite where one is not finite or has another shape and the other has not
 */
public record Difference(double absolute, double relative) {
    /** Not any. */
    public static final Difference NONE = new Difference(0, 0);

    private static final Difference INFINITE = new Difference(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);

    /** Between one output and another; NaN is as NaN. */
    public static Difference of(float[] a, float[] b) {
        if (a.length != b.length) return INFINITE;
        double most = 0, scale = 0;
        for (int i = 0; i < a.length; i++) {
            if (Float.isFinite(a[i]) && Float.isFinite(b[i])) {
                most = Math.max(most, Math.abs((double) a[i] - b[i]));
                scale = Math.max(scale, Math.max(Math.abs(a[i]), Math.abs(b[i])));
            } else if (Float.compare(a[i], b[i]) != 0) {
                return INFINITE;
            }
        }
        return most == 0 ? NONE : new Difference(most, most / scale);
    }

    /** The larger of each. */
    public Difference max(Difference other) {
        return new Difference(Math.max(absolute, other.absolute), Math.max(relative, other.relative));
    }
}
