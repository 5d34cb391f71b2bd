package org.fascicle.losses;

import org.fascicle.tensor.Block;
import org.fascicle.tensor.ScalarFunction;

/** log(1 + exp(-|x|)): what softplus adds to max(x, 0). */
record SoftplusTail() implements ScalarFunction {
    @Override
    public float apply(float x) {
        return (float) Math.log1p(Math.exp(-Math.abs(x)));
    }

    @Override
    public float slope(float x, float y) {
        return Math.signum(x) * (float) Math.expm1(-y);
    }

    @Override
    public void apply(Block b, float[] y, float[] x, int n) {
        float[] t = b.temporary(0);
        for (int i = 0; i < n; i++) t[i] = -Math.abs(x[i]);
        b.exp(t, t, n);
        b.log1p(y, t, n);
    }
}
