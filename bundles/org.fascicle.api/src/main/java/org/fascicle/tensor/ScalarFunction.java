package org.fascicle.tensor;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * A function of one number and its derivative. Pure and thread-safe. The block forms are optional: an implementer may
 * give them for speed, and they must then agree with the scalar forms; y is never x, and dx never dy.
 */
@ConsumerType
public interface ScalarFunction {
    float apply(float x);

    /** dy/dx given x and y = apply(x); x is NaN unless {@link #slopeNeedsInput()}. */
    float slope(float x, float y);

    /** False if the slope follows from y alone: the runtime may then work in place and fuse. */
    default boolean slopeNeedsInput() {
        return true;
    }

    /** Fast form: y = f(x) on index 0 to n, n at most {@link Block#LIMIT}. */
    default void apply(Block b, float[] y, float[] x, int n) {
        for (int i = 0; i < n; i++) y[i] = apply(x[i]);
    }

    /** Fast form: dx = dy * f'(x) on index 0 to n; x is garbage unless {@link #slopeNeedsInput()}. */
    default void slope(Block b, float[] dx, float[] x, float[] y, float[] dy, int n) {
        for (int i = 0; i < n; i++) dx[i] = dy[i] * slope(x[i], y[i]);
    }
}
